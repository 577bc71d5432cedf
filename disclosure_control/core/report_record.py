"""A report as JSON: what a check's sandbox hands out, what the airlock keeps, and what ``--json`` prints.

Read back with ``core.decoder``. Every key is one of these, so that nothing that a sandbox adds is dropped in silence.
"""

from msgspec import Struct, field

from disclosure_control.core.finding import FindingRecord
from disclosure_control.core.outcome import Outcome


class PolicyRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """The thresholds that were used, and the digest that stands for them."""

    id: str
    version: str
    digest: str
    thresholds: dict[str, object]


class ToolRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """What made the report."""

    name: str
    version: str


class FileRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """What was found of one file; ``rebuilt`` says whether it has a form that may be released."""

    name: str
    sha256: str
    size_bytes: int = field(name="bytes")
    media_type: str
    statbarn: str
    outcome: str
    verified: bool
    rebuilt: bool
    findings: tuple[FindingRecord, ...]

    def __post_init__(self) -> None:
        """Refuse an outcome that is none: ValueError."""
        Outcome.from_label(self.outcome)


class ReportRecord(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was found of a folder or file; ``tools`` are the versions of libraries whose word counts."""

    outcome: str
    policy: PolicyRecord
    tool: ToolRecord
    tools: dict[str, str] = field(default_factory=dict)
    verified_against: dict[str, str] | None
    findings: tuple[FindingRecord, ...]
    files: tuple[FileRecord, ...]

    def __post_init__(self) -> None:
        """Refuse an outcome that is none: ValueError."""
        Outcome.from_label(self.outcome)
