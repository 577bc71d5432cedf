"""A report: what was checked, under which policy, with what outcome, and what would be released.

How a file is checked is known to ``checking.check`` and below.
"""

import contextlib
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from disclosure_control.core.decoder import plain
from disclosure_control.core.finding import Finding, FindingRecord
from disclosure_control.core.outcome import Outcome, combine
from disclosure_control.core.policy import Policy
from disclosure_control.core.report_record import FileRecord, PolicyRecord, ReportRecord, ToolRecord
from disclosure_control.core.statbarns import RECORD, UNKNOWN

TOOL: Final = "disclosure_control"
_WIDTH: Final = 100
_PLACES: Final = 8  # of a finding; the page and the JSON have more
_TOOLS: Final = ("duckdb", "highspy", "numpy", "pandas", "pillow", "presidio-analyzer", "pyarrow", "scipy", "spacy")


def tool_version() -> str:
    """The version of the distribution this package came with, "0+unknown" when it was not installed."""
    try:
        return version("tre-toolkit")
    except PackageNotFoundError:
        return "0+unknown"


def tools() -> dict[str, str]:
    """The version of each library whose word counts in a report, of those that are installed."""
    versions = {}
    for name in _TOOLS:
        with contextlib.suppress(PackageNotFoundError):
            versions[name] = version(name)
    return versions


@dataclass(frozen=True)
class FileReport:
    """What was found of one file.

    Attributes:
        name: the path inside the folder, with forward slashes.
        sha256: the digest of the bytes that were checked.
        size_bytes: their number.
        media_type: what the bytes are, not what the name says.
        statbarn: the kind of statistic, as far as it is known.
        findings: what the checks say.
        verified: whether the content was computed again from the kept frame and agreed.
        clean: the rebuilt content, which is all that may be released; None where there is none. It says nothing of
            the outcome: a file that fails has a clean form too where it could be rebuilt.
        fingerprint: whose output it is, to be compared with later ones once it is released; empty where unknown.
    """

    name: str
    sha256: str
    size_bytes: int
    media_type: str
    statbarn: str
    findings: tuple[Finding, ...]
    verified: bool = False
    clean: bytes | None = field(default=None, repr=False)
    fingerprint: bytes = field(default=b"", repr=False)

    @property
    def outcome(self) -> Outcome:
        """The most severe finding; a file on which nothing was found was not checked, and is REVIEW."""
        return combine(finding.outcome for finding in self.findings)

    @property
    def known(self) -> str:
        """What is known of how the numbers were made, in words: the kind of statistic, or that there is no evidence."""
        if self.statbarn == UNKNOWN:
            return "without evidence"
        return self.statbarn + (", computed again and the same" if self.verified else "")

    @property
    def record(self) -> FileRecord:
        """The report without the rebuilt content, as it is written."""
        return FileRecord(
            name=self.name,
            sha256=self.sha256,
            size_bytes=self.size_bytes,
            media_type=self.media_type,
            statbarn=self.statbarn,
            outcome=self.outcome.label,
            verified=self.verified,
            rebuilt=self.clean is not None,
            findings=tuple(map(FindingRecord.of, self.findings)),
        )

    def to_dict(self) -> dict[str, object]:
        """The report as JSON-ready values, without the rebuilt content.

        Returns:
            A mapping of what is known of the file, its size as ``bytes``, its outcome as a label.
        """
        return plain(self.record)


@dataclass(frozen=True)
class Report:
    """What was found of a folder or file.

    Attributes:
        files: one report a file.
        policy: the thresholds that were used.
        findings: what is said of the folder as a whole, such as a link that was not followed.
        verified_against: the views that the evidence's frames were compared with, by dataset and digest; None when
            there were none, as on a laptop.
    """

    files: tuple[FileReport, ...]
    policy: Policy
    findings: tuple[Finding, ...] = ()
    verified_against: Mapping[str, str] | None = None

    @property
    def outcome(self) -> Outcome:
        """The most severe outcome of all files; REVIEW when there is nothing."""
        return combine([file.outcome for file in self.files] + [finding.outcome for finding in self.findings])

    def file(self, name: str) -> FileReport:
        """The report of one file.

        Args:
            name: its path inside the folder, with forward slashes.

        Returns:
            The report.

        Raises:
            KeyError: there is no file of that name.
        """
        for file in self.files:
            if file.name == name:
                return file
        raise KeyError(name)

    @property
    def record(self) -> ReportRecord:
        """The report without any file's content, as it is written."""
        policy = self.policy
        return ReportRecord(
            outcome=self.outcome.label,
            policy=PolicyRecord(policy.id, policy.version, policy.digest, policy.values),
            tool=ToolRecord(TOOL, tool_version()),
            tools=tools(),
            verified_against=None if self.verified_against is None else dict(self.verified_against),
            findings=tuple(map(FindingRecord.of, self.findings)),
            files=tuple(file.record for file in self.files),
        )

    def to_dict(self) -> dict[str, object]:
        """The report as JSON-ready values, without any file's content.

        Returns:
            A mapping with the outcome, the policy with its thresholds, the versions of the tools, findings and files.
        """
        return plain(self.record)

    def to_text(self) -> str:
        """The report for a terminal: worst files first, each finding with its place, reason and next step.

        Returns:
            Lines of up to 100 characters. Of a finding the first eight places are named.
        """
        against = "no view at hand" if self.verified_against is None else ", ".join(sorted(self.verified_against))
        lines = [
            f"{self.outcome.name}  {_files(len(self.files))} under policy {self.policy.id} {self.policy.version}",
            f"      policy {self.policy.digest[:19]}…, {TOOL} {tool_version()}, compared with: {against}",
        ]
        for finding in self.findings:
            lines += ["", *_finding_lines(finding)]
        inside = [file for file in self.files if file.statbarn == RECORD and file.outcome is Outcome.PASS]
        listed = [file for file in self.files if file not in inside]
        for file in sorted(listed, key=lambda file: (-file.outcome, file.name)):
            lines += ["", f"{file.outcome.name:<6} {file.name}  ({file.media_type}, {file.known})"]
            for finding in sorted(file.findings, key=lambda finding: -finding.outcome):
                lines += _finding_lines(finding)
        if inside:
            lines += ["", f"PASS   {len(inside)} records of the session and its evidence, which are kept inside"]
        return "\n".join(lines) + "\n"


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number:,} files"


def _finding_lines(finding: Finding) -> list[str]:
    where = str(finding.places.first(_PLACES))
    head = f"  {finding.outcome.label:<6} {finding.rule}" + (f": {where}" if where else "")
    lines = textwrap.wrap(head, _WIDTH, subsequent_indent=" " * 11)
    lines += textwrap.wrap(finding.why, _WIDTH, initial_indent=" " * 9, subsequent_indent=" " * 9)
    if finding.outcome is not Outcome.PASS:
        lines += textwrap.wrap("→ " + finding.todo, _WIDTH, initial_indent=" " * 9, subsequent_indent=" " * 11)
    return lines
