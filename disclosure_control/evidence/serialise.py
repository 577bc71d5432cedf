"""What is kept of an answer: its query and cells as JSON, its frame as Parquet."""

import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from disclosure_control.core.errors import BadEvidence
from disclosure_control.core.policy import Policy
from disclosure_control.evidence.manifest import FORMAT_VERSION, load_json
from disclosure_control.evidence.parse_query import from_dict
from disclosure_control.evidence.query import Query, to_dict
from disclosure_control.evidence.result import QueryResult
from disclosure_control.tables.statistics.cells import BROKEN_RULES

_MAX_CELLS = 1_000_000


@dataclass(frozen=True)
class Claim:
    """What evidence says of itself: the query, the policy's digest, and the cells."""

    query: Query
    policy_digest: str
    cells: list[dict[str, object]]

    def broken_rules(self, cell: Mapping[str, object]) -> tuple[str, ...]:
        """The rules that a cell breaks. The format keeps them in one text, which is read here and nowhere else."""
        text = cell.get("reasons")
        return tuple(filter(None, text.split(", "))) if isinstance(text, str) else ()


def claim_bytes(query: Query, answer: QueryResult, policy: Policy) -> bytes:
    """The query, the policy's digest and the statistics of every cell, as JSON."""
    document = {
        "format": FORMAT_VERSION,
        "policy": {"id": policy.id, "version": policy.version, "digest": policy.digest},
        "query": to_dict(query),
        "cells": cell_records(answer.cells),
    }
    return (json.dumps(document, indent=1, allow_nan=False) + "\n").encode()


def frame_bytes(frame: pa.Table) -> bytes:
    """The kept frame as Parquet, without metadata of the frame it came from."""
    with io.BytesIO() as sink:
        pq.write_table(frame.replace_schema_metadata(None), sink, compression="zstd")
        return sink.getvalue()


def read_claim(content: bytes) -> Claim:
    """Read evidence that may be anybody's.

    Raises:
        BadEvidence: it does not have the form that ``claim_bytes`` writes.
    """
    document = load_json(content)
    if not isinstance(document, Mapping) or document.get("format") != FORMAT_VERSION:
        raise BadEvidence("The evidence is not of the format that this version knows.")
    policy, cells = document.get("policy"), document.get("cells")
    if not isinstance(policy, Mapping) or not isinstance(cells, list) or len(cells) > _MAX_CELLS:
        raise BadEvidence("The evidence lacks its policy or its cells.")
    if not all(isinstance(cell, dict) for cell in cells):
        raise BadEvidence("A cell of the evidence is not a mapping.")
    return Claim(query=from_dict(document.get("query")), policy_digest=str(policy.get("digest")), cells=cells)


def cell_records(cells: pd.DataFrame) -> list[dict[str, object]]:
    """Cells as JSON-ready values, missing numbers as null; the rules that they break stand in them in words."""
    plain = cells.drop(columns=BROKEN_RULES, errors="ignore").astype(object).to_dict(orient="records")
    return [{str(name): _plain(value) for name, value in cell.items()} for cell in plain]


def _plain(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.item() if hasattr(value, "item") else value
