"""Models that are fitted to a few people, as skops files; what is said of one; and one that somebody changed."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import skops.io

from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy
from disclosure_control.formats.models.skops_file import examine
from disclosure_control.models.fitted_model import fitted_findings

random = np.random.default_rng(3)
PEOPLE = pd.DataFrame(
    {
        "age": random.integers(18, 90, 500).astype(float),
        "pay": random.normal(300, 50, 500),
        "area": random.choice(["North", "South", "East"], 500),
    }
)
NUMBERS, CODES = PEOPLE[["age", "pay"]], PEOPLE[["area"]]
ILL = (random.random(500) < PEOPLE["age"] / 100).astype(int)


def dumped(model: Any, data: Any = NUMBERS) -> bytes:
    """A model fitted the same way at each run, as a skops file."""
    if model.get_params().get("random_state", 0) is None:
        model.set_params(random_state=3)
    return skops.io.dumps(model.fit(data, ILL))


def rules(content: bytes, policy: Policy | None = None) -> dict[str, Outcome]:
    examined = examine(content)
    judged = [one for model in examined.models for one in fitted_findings(model, policy or Policy())]
    return {finding.rule: finding.outcome for finding in [*examined.findings, *judged]}


def forged(content: bytes, change: Callable[[dict[str, Any], dict[str, bytes]], None]) -> bytes:
    """A file whose description or arrays somebody changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(entries.pop("schema.json"))
    change(schema, entries)
    with io.BytesIO() as sink:
        with zipfile.ZipFile(sink, "w") as archive:
            for name, data in {**entries, "schema.json": json.dumps(schema).encode()}.items():
                archive.writestr(name, data)
        return sink.getvalue()


def nodes(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from nodes(inner)


def fields(schema: dict[str, Any]) -> dict[str, Any]:
    return schema["content"]["content"]
