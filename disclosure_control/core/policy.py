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
import math
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final

from disclosure_control.core import policy_personal
from disclosure_control.core.errors import BadPolicy

POLICIES: Final = Path(__file__).parents[1] / "policies"
ENVIRONMENT_VARIABLE: Final = "SDC_POLICY"
_HEADINGS: Final = ("id", "version", "title")
MOST_CONTRIBUTORS: Final = 100  # a dominance rule over more is none
_OPTIONAL: Final = frozenset({"round_counts_to"})
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
            (0 to 1) of the total of absolute contributions. Handbook on SDC, 2nd ed., section 4.2.1.
        p_percent: a cell is unsafe when its total less the two largest contributions is below this percentage of the
            largest; None turns the rule off. Handbook on SDC, 2nd ed., section 4.2.1.
        prior_posterior: (p, q) in per cent: a cell is unsafe when the second largest contributor, who knows the
            smaller ones to within q per cent, can work out the largest to within p per cent; None turns the rule off.
            It is the p%-rule with 100 p/q. Handbook on SDC, 2nd ed., section 4.2.1.
        min_degrees_of_freedom: the fewest residual degrees of freedom of a shown model (inclusive).
        group_disclosure: whether identical values in a cell, and rows that fall into one category, are unsafe.
        pii: what a kind of personal data means for a file, as pairs (kind, "block", "review" or "note"); kinds that are
            not named keep their rule's usual outcome (docs/rules.md).
        round_counts_to: what every shown count is a multiple of; None where counts need not be rounded. A policy's
            file may leave it out.
        sources: where each threshold comes from; not part of the digest.

    Raises:
        BadPolicy: a value cannot be used.
    """

    id: str = "own"
    version: str = "1"
    min_units: int = 10
    zero_cells_allowed: bool = True
    dominance: tuple[tuple[int, float], ...] = ((2, 0.90),)
    p_percent: float | None = 10.0
    prior_posterior: tuple[float, float] | None = None
    min_degrees_of_freedom: int = 10
    group_disclosure: bool = True
    pii: tuple[tuple[str, str], ...] = ()
    round_counts_to: int | None = None
    sources: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dominance", _dominance(self.dominance))
        for name in ("min_units", "min_degrees_of_freedom"):
            _check_whole_number(name, getattr(self, name))
        if self.round_counts_to is not None:
            _check_whole_number("round_counts_to", self.round_counts_to)
        for name in ("zero_cells_allowed", "group_disclosure"):
            if not isinstance(getattr(self, name), bool):
                raise BadPolicy(f"{name} must be true or false.")
        if self.p_percent is not None:
            object.__setattr__(self, "p_percent", _per_cent("p_percent", self.p_percent))
        if self.prior_posterior is not None:
            object.__setattr__(self, "prior_posterior", _prior_posterior(self.prior_posterior))
        object.__setattr__(self, "pii", policy_personal.checked(self.pii))

    @property
    def contributions(self) -> int:
        """How many of a cell's largest contributions the rules look at."""
        return max([2, *(n for n, _ in self.dominance)])

    @property
    def strictest_p_percent(self) -> float | None:
        """The p of the stricter of the p%-rule and the (p,q)-rule; None where neither is on.

        Examples:
            >>> Policy(p_percent=10, prior_posterior=(10, 50)).strictest_p_percent
            20.0
        """
        rules = [] if self.p_percent is None else [self.p_percent]
        if self.prior_posterior is not None:
            p, q = self.prior_posterior
            rules.append(100 * p / q)
        return max(rules, default=None)

    @property
    def values(self) -> dict[str, Any]:
        """Every value that decides an outcome, JSON-ready."""
        values = {key: value for key, value in asdict(self).items() if key != "sources"}
        values["dominance"] = [list(pair) for pair in self.dominance]
        if self.round_counts_to is None:
            del values["round_counts_to"]
        values["prior_posterior"] = None if self.prior_posterior is None else list(self.prior_posterior)
        values["pii"] = dict(self.pii)
        return values

    @property
    def digest(self) -> str:
        """SHA-256 of the values as canonical JSON; it stands on every report."""
        canonical = json.dumps(self.values, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return "sha256:" + hashlib.sha256(canonical.encode()).hexdigest()

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> "Policy":
        """A policy from plain values, as ``values`` gives them.

        Args:
            values: the values by the names of the attributes; what is left out has its default.

        Returns:
            The policy.

        Raises:
            BadPolicy: a key is not known, or a value cannot be used.
        """
        names = [f.name for f in fields(cls) if f.name != "sources"]
        for key in values:
            if key not in names:
                raise _unknown(key, names)
        return cls(**values)

    def strictest(self, *others: "Policy") -> "Policy":
        """The policy that is as strict as each of these in every threshold: what a dataset asks for on top.

        It passes nothing that one of them does not pass. Also as ``Policy.strictest(one, another)``.

        Args:
            *others: the other policies.

        Returns:
            A policy whose id and version name all of them.

        Raises:
            BadPolicy: the strictest values together are no policy.

        Examples:
            >>> both = Policy.strictest(Policy(id="a", min_units=10), Policy(id="b", min_units=5, dominance=[(1, 0.5)]))
            >>> both.min_units, both.dominance
            (10, ((1, 0.5), (2, 0.9)))
        """
        policies = (self, *others)
        shares: dict[int, float] = {}
        bases = [policy.round_counts_to for policy in policies if policy.round_counts_to is not None]
        for n, share in (pair for policy in policies for pair in policy.dominance):
            shares[n] = min(share, shares.get(n, share))
        pairs = [policy.prior_posterior for policy in policies if policy.prior_posterior is not None]
        return Policy(
            id=" + ".join(dict.fromkeys(policy.id for policy in policies)),
            version=" + ".join(dict.fromkeys(policy.version for policy in policies)),
            min_units=max(policy.min_units for policy in policies),
            zero_cells_allowed=all(policy.zero_cells_allowed for policy in policies),
            dominance=tuple(sorted(shares.items())),
            p_percent=max((policy.p_percent for policy in policies if policy.p_percent is not None), default=None),
            prior_posterior=max(pairs, key=lambda pair: (pair[0] / pair[1], pair[0]), default=None),
            min_degrees_of_freedom=max(policy.min_degrees_of_freedom for policy in policies),
            group_disclosure=any(policy.group_disclosure for policy in policies),
            pii=policy_personal.strictest(policy.pii for policy in policies),
            round_counts_to=math.lcm(*bases) if bases else None,
            sources=_strictest_sources(policies),
        )

    @classmethod
    def load(cls, name_or_path: str | Path | None = None) -> "Policy":
        """A policy by the name of a regime that ships with the package, or from a TOML file.

        Args:
            name_or_path: a regime's name, as "eurostat-handbook", or the path of a .toml file. By default the file or
                regime that the environment variable SDC_POLICY names (a workspace sets it), else ``default``.

        Returns:
            The policy, with the sources of its thresholds.

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
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadPolicy(f"The policy file {path.name} cannot be read: {error}.") from error
        return cls.from_text(text, path.name)

    @classmethod
    def from_text(cls, text: str, name: str = "the policy") -> "Policy":
        """A policy from the text of a TOML file.

        Args:
            text: TOML with ``id``, ``version`` and one table a threshold.
            name: what an error's message calls the text.

        Returns:
            The policy.

        Raises:
            BadPolicy: it is no TOML, lacks a threshold, or holds an unknown key or an unusable value.
        """
        try:
            document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise BadPolicy(f"The policy file {name} cannot be read: {error}.") from error
        return _from_document(document, name)

    def to_text(self) -> str:
        """The policy as the text of a TOML file, such as ``from_text`` reads; the digest stays the same.

        Returns:
            TOML, one table a threshold.

        Examples:
            >>> Policy.from_text(Policy(min_units=20).to_text()).min_units
            20
        """
        lines = [f"{key} = {json.dumps(getattr(self, key))}" for key in ("id", "version")]
        for key, value in self.values.items():
            if key in _HEADINGS:
                continue
            text = _toml(False if value is None else value)
            lines += ["", f"[{key}]", f"value = {text}", 'unit = "as its sources say"']
            lines += ['strictness = "as its sources say"', f"source = {json.dumps(self.sources.get(key, 'not said'))}"]
        return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    """A value as TOML writes it; of JSON only mappings differ."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(str(key))} = {_toml(item)}" for key, item in value.items()) + "}"
    return json.dumps(value)


def published() -> list[str]:
    """The names of the policies that ship with the package."""
    return sorted(path.stem for path in POLICIES.glob("*.toml"))


def _from_document(document: Mapping[str, Any], name: str) -> Policy:
    names = [f.name for f in fields(Policy) if f.name not in ("sources", *_HEADINGS)]
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for key, entry in document.items():
        if key in _HEADINGS:
            if not isinstance(entry, str):
                raise BadPolicy(f"{key} in {name} must be text.")
            continue
        if key not in names:
            raise _unknown(key, [*names, *_HEADINGS])
        if not isinstance(entry, Mapping) or set(entry) != _PARTS:
            raise BadPolicy(f"[{key}] in {name} needs exactly: {', '.join(sorted(_PARTS))}.")
        values[key] = _value(key, entry["value"])
        sources[key] = f"{entry['unit']}; {entry['strictness']}. {entry['source']}"
    missing = [key for key in (*names, "id", "version") if key not in document and key not in _OPTIONAL]
    if missing:
        raise BadPolicy(f"{name} does not set {', '.join(missing)}.", hint="A policy file sets every threshold.")
    return Policy(id=document["id"], version=document["version"], sources=sources, **values)


def _value(key: str, value: Any) -> Any:
    """A value from a file: TOML has no word for none, so a rule is turned off with false."""
    return None if value is False and key in ("p_percent", "prior_posterior", *_OPTIONAL) else value


def _dominance(pairs: Any) -> tuple[tuple[int, float], ...]:
    try:
        rules = tuple((n, float(share)) for n, share in pairs)
        cleaned = tuple((int(n), share) for n, share in rules)
    except (TypeError, ValueError) as error:
        raise BadPolicy("dominance must be pairs of a number of contributors and a share, as [[2, 0.90]].") from error
    if any(isinstance(n, bool) or n != int(n) for n, _ in rules):
        raise BadPolicy("The n of a dominance rule is a whole number.")
    for n, share in cleaned:
        if not 1 <= n <= MOST_CONTRIBUTORS:
            raise BadPolicy(f"dominance with n = {n} is not held.", hint=f"n is from 1 to {MOST_CONTRIBUTORS}.")
        if not 0 < share < 1:
            raise BadPolicy("A dominance share must be above 0 and below 1.", hint="Write 90 % as 0.90.")
    return cleaned


def _check_whole_number(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise BadPolicy(f"{name} must be a whole number of at least 1.")


def _per_cent(name: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadPolicy(f"{name} must be a number of per cent, or false to turn the rule off.")
    if not 0 < value <= 100:
        raise BadPolicy(f"{name} must be above 0 and at most 100.")
    return float(value)


def _prior_posterior(pair: object) -> tuple[float, float]:
    if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:
        raise BadPolicy("prior_posterior must be a pair of per cents, as [10, 50], or false to turn the rule off.")
    p, q = (_per_cent("prior_posterior", value) for value in pair)
    if p >= q:
        raise BadPolicy("In prior_posterior the first must be below the second.", hint="What is known before is less.")
    return p, q


def _strictest_sources(policies: Sequence[Policy]) -> dict[str, str]:
    names = dict.fromkeys(name for policy in policies for name in policy.sources)
    return {
        name: " / ".join(f"{policy.id}: {policy.sources[name]}" for policy in policies if name in policy.sources)
        for name in names
    }


def _unknown(key: str, names: list[str]) -> BadPolicy:
    close = difflib.get_close_matches(key, names, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"Known are: {', '.join(names)}."
    return BadPolicy(f"{key!r} is not a key of a policy.", hint=hint)
