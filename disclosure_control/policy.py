"""The thresholds an output is judged by: a file with unit, strictness and source, hashed into every report.

What is done with a threshold lives where it is checked. A policy's file holds one TOML table a threshold::

    [min_units]
    value = 10
    unit = "distinct people or businesses in a cell"
    strictness = "inclusive: 10 may be shown"
    source = "..."
"""

import difflib
import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from disclosure_control.errors import BadPolicy

POLICIES: Final = Path(__file__).parent / "policies"
ENVIRONMENT_VARIABLE: Final = "SDC_POLICY"
_HEADINGS: Final = ("id", "version", "title")
_PARTS: Final = frozenset({"value", "unit", "strictness", "source"})


@dataclass(frozen=True)
class Policy:
    """Thresholds for tables and models.

    Attributes:
        id: a short name, for reports.
        version: changes with the values.
        min_units: the fewest distinct units that a shown statistic may be made from (inclusive).
        zero_cells_allowed: whether an empty cell may be shown as empty.
        dominance: pairs (n, share): a cell is unsafe when its n largest contributors make up more than this share
            (0 to 1) of the total of absolute contributions. n is 1 or 2. Handbook on SDC, 2nd ed., section 4.2.2.
        p_percent: a cell is unsafe when its total less the two largest contributions is below this percentage of the
            largest; None turns the rule off. Handbook on SDC, 2nd ed., section 4.2.2.
        min_degrees_of_freedom: the fewest residual degrees of freedom of a shown model (inclusive).
        group_disclosure: whether identical values in a cell, and rows that fall into one category, are unsafe.
        sources: where each threshold comes from; not part of the digest.
    """

    id: str = "own"
    version: str = "1"
    min_units: int = 10
    zero_cells_allowed: bool = True
    dominance: tuple[tuple[int, float], ...] = ((2, 0.90),)
    p_percent: float | None = 10.0
    min_degrees_of_freedom: int = 10
    group_disclosure: bool = True
    sources: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dominance", _dominance(self.dominance))
        for name in ("min_units", "min_degrees_of_freedom"):
            _check_whole_number(name, getattr(self, name))
        for name in ("zero_cells_allowed", "group_disclosure"):
            if not isinstance(getattr(self, name), bool):
                raise BadPolicy(f"{name} must be true or false.")
        if self.p_percent is not None:
            if isinstance(self.p_percent, bool) or not isinstance(self.p_percent, int | float):
                raise BadPolicy("p_percent must be a number of per cent, or false to turn the rule off.")
            if not 0 < self.p_percent <= 100:
                raise BadPolicy("p_percent must be above 0 and at most 100.")
            object.__setattr__(self, "p_percent", float(self.p_percent))

    @property
    def values(self) -> dict[str, Any]:
        """Every value that decides an outcome, JSON-ready."""
        values = {key: value for key, value in asdict(self).items() if key != "sources"}
        values["dominance"] = [list(pair) for pair in self.dominance]
        return values

    @property
    def digest(self) -> str:
        """SHA-256 of the values as canonical JSON; it stands on every report."""
        canonical = json.dumps(self.values, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "Policy":
        """A policy from plain values, as ``values`` gives them.

        Raises:
            BadPolicy: a key is not known, or a value cannot be used.
        """
        known = [f.name for f in fields(cls) if f.name != "sources"]
        for key in values:
            if key not in known:
                raise _unknown(key, known)
        return cls(**values)

    @classmethod
    def load(cls, name_or_path: str | Path | None = None) -> "Policy":
        """A policy by the name of a regime that ships with the package, or from a TOML file.

        Without an argument it is the file or regime that the environment variable SDC_POLICY names (a workspace sets
        it), else ``default``.

        Raises:
            BadPolicy: there is no such policy, or the file holds an unknown key or an unusable value.
        """
        chosen = os.environ.get(ENVIRONMENT_VARIABLE) or "default" if name_or_path is None else name_or_path
        path = Path(chosen)
        if path.suffix != ".toml":
            path = POLICIES / f"{chosen}.toml"
            if path.parent != POLICIES or not path.is_file():
                raise BadPolicy(
                    f"There is no policy named {str(chosen)!r}.",
                    hint=f"Give a path to a .toml file, or one of: {', '.join(published())}.",
                )
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise BadPolicy(f"The policy file {path.name} cannot be read: {error}.") from error
        return _from_document(document, path.name)


def published() -> list[str]:
    """The names of the policies that ship with the package."""
    return sorted(path.stem for path in POLICIES.glob("*.toml"))


def _from_document(document: Mapping[str, Any], name: str) -> Policy:
    known = [f.name for f in fields(Policy) if f.name not in ("sources", *_HEADINGS)]
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for key, entry in document.items():
        if key in _HEADINGS:
            if not isinstance(entry, str):
                raise BadPolicy(f"{key} in {name} must be text.")
            continue
        if key not in known:
            raise _unknown(key, [*known, *_HEADINGS])
        if not isinstance(entry, Mapping) or set(entry) != _PARTS:
            raise BadPolicy(f"[{key}] in {name} needs exactly: {', '.join(sorted(_PARTS))}.")
        values[key] = entry["value"]
        sources[key] = f"{entry['unit']}; {entry['strictness']}. {entry['source']}"
    missing = [key for key in (*known, "id", "version") if key not in document]
    if missing:
        raise BadPolicy(f"{name} does not set {', '.join(missing)}.", hint="A policy file sets every threshold.")
    if values["p_percent"] is False:
        values["p_percent"] = None
    return Policy(id=document["id"], version=document["version"], sources=sources, **values)


def _dominance(pairs: Any) -> tuple[tuple[int, float], ...]:
    try:
        cleaned = tuple((int(n), float(share)) for n, share in pairs)
    except (TypeError, ValueError) as error:
        raise BadPolicy("dominance must be pairs of a number of contributors and a share, as [[2, 0.90]].") from error
    for n, share in cleaned:
        if n not in (1, 2):
            raise BadPolicy(f"dominance with n = {n} is not held.", hint="n is 1 or 2.")
        if not 0 < share < 1:
            raise BadPolicy("A dominance share must be above 0 and below 1.", hint="Write 90 % as 0.90.")
    return cleaned


def _check_whole_number(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadPolicy(f"{name} must be a whole number of at least 1.")


def _unknown(key: str, known: list[str]) -> BadPolicy:
    close = difflib.get_close_matches(key, known, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"Known are: {', '.join(known)}."
    return BadPolicy(f"{key!r} is not a key of a policy.", hint=hint)
