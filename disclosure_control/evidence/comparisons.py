"""Comparisons of outputs before release: with the others of one request, and with what was released before.

What an output tells is known to ``profile``; how two are subtracted from each other to
``tables.attack.differencing``, and how any number of them are attacked together to ``tables.attack.linked_attack``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from disclosure_control.core.errors import BadEvidence
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.policy import Policy
from disclosure_control.evidence.profile import DisclosureProfile
from disclosure_control.tables.attack.differencing import Fingerprint, Numbering, compare
from disclosure_control.tables.attack.linked_attack import attack_outputs
from disclosure_control.tables.attack.linked_tables import Output


@dataclass(frozen=True)
class PriorOutput:
    """An output that was released before.

    Attributes:
        name: what to call it in a finding.
        path: the file of what it tells.
        foreign: whether it is another project's, whose categories this one may not know.
    """

    name: str
    path: Path
    foreign: bool = False


def read_numbering(path: Path) -> Numbering:
    """The numbers of people, from a Parquet file of person_id and number that names its scheme."""
    table = pq.read_table(path)
    scheme = (table.schema.metadata or {}).get(b"scheme", b"").decode()
    if not scheme:
        raise BadEvidence("The numbers of people do not say how they were made.")
    units = pd.Index(table.column("person_id").to_pandas())
    return Numbering(scheme, units, table.column("number").to_numpy())


def compare_outputs(
    new: Mapping[str, bytes], earlier: Sequence[PriorOutput], policy: Policy
) -> dict[str, list[Finding]]:
    """What the new outputs give away together, and with the earlier ones: two at a time, and all at once.

    Args:
        new: what the outputs of one request tell, by name.
        earlier: what was released before.
        policy: gives the fewest people that a difference may have.

    Returns:
        The findings on each new output. Of two new ones, the later has the finding.
    """
    fingerprints_of: dict[str, Sequence[Fingerprint]] = {}
    known: list[Output] = []
    unreadable: list[str] = []
    for output in earlier:
        try:
            profile = DisclosureProfile.from_bytes(output.path.read_bytes())
        except (BadEvidence, OSError):
            unreadable.append(output.name)
            continue
        profile = profile.unnamed() if output.foreign else profile
        fingerprints_of[output.name] = profile.fingerprints
        known.append(Output(output.name, profile.facts, output.foreign))
    findings: dict[str, list[Finding]] = {}
    candidates: list[Output] = []
    for name, content in new.items():
        new_profile = DisclosureProfile.from_bytes(content)
        findings[name] = [
            finding
            for fingerprint in new_profile.fingerprints
            for finding in compare(fingerprint, _of_same_measure(fingerprints_of, fingerprint), policy, name)
        ]
        if unreadable:
            findings[name].append(make_finding("table.not-compared", unreadable, "Earlier outputs could not be read."))
        fingerprints_of[name] = new_profile.fingerprints
        candidates.append(Output(name, new_profile.facts))
    for name, linked in zip(new, attack_outputs(known, candidates), strict=True):
        findings[name] += linked
    return findings


def _of_same_measure(outputs: Mapping[str, Sequence[Fingerprint]], to: Fingerprint) -> dict[str, Fingerprint]:
    """What each output tells of the same measure; some tell it of several values."""
    return {
        name if place == 0 else f"{name} ({place + 1})": fingerprint
        for name, fingerprints in outputs.items()
        for place, fingerprint in enumerate(candidate for candidate in fingerprints if candidate.measure == to.measure)
    }
