"""Check any file or folder: copy it, let the limited worker read it, look for personal data, combine.

``check_folder`` is what an airlock calls on what a session handed in. It trusts nothing in the folder: names, records
and evidence are a stranger's. What one file makes go wrong never stops the check of the others.
"""

import hashlib
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from disclosure_control.checking.messages import (
    Compare,
    Entry,
    Examine,
    PriorOutputFile,
    ReadManifest,
    Verified,
    Verify,
)
from disclosure_control.checking.snapshot import FileCopy, Snapshot, take
from disclosure_control.checking.worker import Worker, WorkerFailed
from disclosure_control.core import statbarns
from disclosure_control.core.content import Text, TextKind
from disclosure_control.core.errors import DisclosureError
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.location import located
from disclosure_control.core.policy import Policy
from disclosure_control.core.report import FileReport, Report
from disclosure_control.evidence.manifest import CHECKSUMS_FOLDER, FILE_NAME, frame_path, query_path
from disclosure_control.pii.scan import scan_texts

if TYPE_CHECKING:  # comparing is the worker's work, and what it needs takes a second to load
    from disclosure_control.evidence.comparisons import PriorOutput

Progress = Callable[[int, int, str], None]
"""Is told, while files are checked, how many are done, how many there are, and the name of the next."""
DEFAULT_UNIT: Final = "person_id"
_READ_S: Final = 240.0  # for reading one file; a gigabyte of csv takes less than a minute
_RECORD_TYPES: Final = {".json": "application/json", ".parquet": "application/vnd.apache.parquet"}


def check_path(path: str | Path, policy: Policy | None = None, *, progress: Progress | None = None) -> Report:
    """Check a file, or everything in a folder.

    Args:
        path: a file or folder of any kind.
        policy: the thresholds; by default the workspace's, else ``default``.
        progress: told how many files are done, how many there are, and the name of the next.

    Returns:
        The report, a part for each file; what one file makes go wrong is a finding on that file.

    Raises:
        BadPolicy: no policy is given, and the workspace's cannot be used.
        DisclosureError: the path does not exist or cannot be opened.
    """
    return check_folder(path, policy, progress=progress)


def check_folder(
    folder: str | Path,
    policy: Policy | None = None,
    views: Mapping[str, Path] | None = None,
    unit: str = DEFAULT_UNIT,
    *,
    earlier: "Sequence[PriorOutput]" = (),
    numbers: Path | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check what a session handed in.

    Args:
        folder: as ``Outputs.finalise`` made it, perhaps changed since; any folder or file will do.
        policy: the thresholds; by default the workspace's, else ``default``.
        views: the project's views, Parquet files by dataset; the evidence's frames are compared with them.
        unit: the column of the views that says which person or business a row belongs to.
        earlier: what was released before on the same people; new outputs are compared with it and with each other.
        numbers: a Parquet file that numbers people alike in every project; without it, by their names in the views.
        progress: told how many files are done, how many there are, and the name of the next.

    Returns:
        The report, a part for each file; what one file makes go wrong is a finding on that file.

    Raises:
        BadPolicy: no policy is given, and the workspace's cannot be used.
        DisclosureError: the folder does not exist or cannot be opened.
    """
    policy = Policy.load() if policy is None else policy
    view_paths = {name: Path(path).resolve() for name, path in (views or {}).items()}
    with tempfile.TemporaryDirectory(prefix="check-") as private, Worker() as worker:
        try:
            snapshot = take(Path(folder), Path(private))
        except OSError as error:
            raise DisclosureError(f"{Path(folder).name} cannot be opened: {error.strerror}.") from error
        check = _Check(worker, policy, view_paths, unit, snapshot, numbers, progress)
        files = _compared(check.run(), worker, policy, earlier, Path(private))
    return Report(
        files=tuple(sorted(files, key=lambda file: file.name)),
        policy=policy,
        findings=snapshot.findings,
        verified_against={name: _digest(path) for name, path in view_paths.items()} if view_paths else None,
    )


@dataclass(frozen=True)
class _Check:
    """One check of one snapshot."""

    worker: Worker
    policy: Policy
    views: Mapping[str, Path]
    unit: str
    snapshot: Snapshot
    numbers: Path | None = None
    progress: Progress | None = None

    def run(self) -> list[FileReport]:
        """A report of every file of the snapshot."""
        files = {file.name: file for file in self.snapshot.files}
        reports: dict[str, FileReport] = {}
        if FILE_NAME in files:
            reports[FILE_NAME], entries = self._manifest(files[FILE_NAME])
            for entry in entries:
                reports |= self._output(entry, files)
        for done, (name, file) in enumerate(files.items()):
            if self.progress is not None:
                self.progress(done, len(files), file.name)
            if name in reports:
                continue
            if name.startswith(f"{CHECKSUMS_FOLDER}/"):
                reports[name] = _report(file, statbarns.RECORD, [make_finding("policy.kept", why=_KEPT_INSIDE)])
            else:
                reports[name] = self._examined(file)
        if self.progress is not None:
            self.progress(len(files), len(files), "")
        return list(reports.values())

    def _manifest(self, file: FileCopy) -> tuple[FileReport, list[Entry]]:
        try:
            answer = self.worker.ask(ReadManifest(str(file.path)), _READ_S)
            entries, findings = answer.entries, answer.findings
            comments = [
                Text(located(f"comment on {entry.name}"), comment) for entry in entries for comment in entry.comments
            ]
            findings += _scanned(comments, self.policy)
        except WorkerFailed:
            entries, findings = (
                [],
                [make_finding("evidence.unreadable", why="The record of the session cannot be read.")],
            )
        findings = findings or [make_finding("policy.kept", why="The record of the session is readable.")]
        return _report(file, statbarns.RECORD, findings, media_type="application/json"), entries

    def _output(self, entry: Entry, files: Mapping[str, FileCopy]) -> dict[str, FileReport]:
        """The reports of one output's files, and of its evidence."""
        name = entry.name
        copies = {file: files[file] for file in entry.files if file in files}
        missing = [file for file in entry.files if file not in files]
        if not entry.has_evidence:
            reports = {file: self._examined(copied) for file, copied in copies.items()}
        else:
            reports = self._verified(name, copies, files)
        if missing:
            gap = make_finding("evidence.mismatch", missing, "A file that the session lists is missing.")
            reports = {key: replace(report, findings=(*report.findings, gap)) for key, report in reports.items()}
        return reports

    def _verified(
        self, name: str, copies: Mapping[str, FileCopy], files: Mapping[str, FileCopy]
    ) -> dict[str, FileReport]:
        claim, frame = files.get(query_path(name)), files.get(frame_path(name))
        if claim is None or frame is None:
            lost = make_finding("evidence.unreadable", why="The evidence that the session lists is missing.")
            return {file: _report(copied, statbarns.UNKNOWN, [lost]) for file, copied in copies.items()}
        records = {
            record.name: _report(record, statbarns.RECORD, [make_finding("policy.kept", why=_KEPT_INSIDE)])
            for record in (claim, frame)
        }
        try:
            answer = self._verify(name, claim, frame, copies)
            texts = [*map(_name_as_text, copies.values()), *answer.texts]
            shared = [*answer.findings, *_scanned(texts, self.policy)]
            return records | {
                file: _report(
                    copied,
                    answer.statbarn,
                    [*shared, *answer.by_file[file]],
                    media_type="image/png" if file.endswith(".png") else "text/csv",
                    clean=answer.clean.get(file),
                    verified=answer.agrees,
                    fingerprint=answer.fingerprint,
                )
                for file, copied in copies.items()
            }
        except WorkerFailed:
            crashed = make_finding(
                "artefact.unreadable", why="Its evidence could not be computed again within the limits."
            )
            return records | {file: _report(copied, statbarns.UNKNOWN, [crashed]) for file, copied in copies.items()}

    def _verify(self, name: str, claim: FileCopy, frame: FileCopy, copies: Mapping[str, FileCopy]) -> Verified:
        answer = self.worker.ask(
            Verify(
                name=name,
                claim=str(claim.path),
                frame=str(frame.path),
                files={file: str(copied.path) for file, copied in copies.items()},
                policy=self.policy.values,
                views=self._paths(),
                unit=self.unit,
                numbers=None if self.numbers is None else str(self.numbers.resolve()),
            )
        )
        if not copies.keys() <= answer.by_file.keys():
            raise WorkerFailed("The worker did not speak of every file.")
        return answer

    def _examined(self, file: FileCopy) -> FileReport:
        request = Examine(str(file.path), file.name, self.policy.values, self._paths(), self.unit)
        try:
            answer = self.worker.ask(request, _READ_S)
            findings = [*answer.findings, *_scanned([_name_as_text(file), *answer.texts], self.policy)]
            return _report(file, statbarns.UNKNOWN, findings, media_type=answer.media_type, clean=answer.clean)
        except WorkerFailed:
            crashed = make_finding("artefact.unreadable", why="Reading the file failed, or went beyond the limits.")
            return _report(file, statbarns.UNKNOWN, [crashed])

    def _paths(self) -> dict[str, str]:
        return {name: str(path) for name, path in self.views.items()}


_KEPT_INSIDE: Final = "The session's own record is kept inside and never released."


def _name_as_text(file: FileCopy) -> Text:
    return Text(located("the file's name"), re.sub(r"[_/]", " ", file.name), TextKind.LABEL)


def _scanned(texts: Sequence[Text], policy: Policy) -> list[Finding]:
    """What the texts hold; a scan that breaks stops the file."""
    try:
        return scan_texts(texts, policy)
    except Exception:  # noqa: BLE001  the edge: a library's fault on a stranger's text must stop this file alone
        return [make_finding("check.crashed", why="Looking for personal data failed on this file.")]


def _report(
    file: FileCopy,
    statbarn: str,
    findings: Sequence[Finding],
    *,
    media_type: str | None = None,
    clean: bytes | None = None,
    verified: bool = False,
    fingerprint: bytes = b"",
) -> FileReport:
    return FileReport(
        name=file.name,
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        media_type=media_type or _RECORD_TYPES.get(Path(file.name).suffix, "application/octet-stream"),
        statbarn=statbarn,
        findings=tuple(findings),
        verified=verified,
        clean=clean,
        fingerprint=fingerprint,
    )


def _compared(
    files: Sequence[FileReport], worker: Worker, policy: Policy, earlier: "Sequence[PriorOutput]", private: Path
) -> list[FileReport]:
    """The reports with what outputs give away together; a comparison that breaks stops every output it was for."""
    outputs: dict[bytes, str] = {}
    for file in files:
        if file.fingerprint:
            outputs.setdefault(file.fingerprint, file.name)
    new: dict[str, str] = {}
    for place, (content, name) in enumerate(outputs.items()):
        (private / f"fingerprint-{place}").write_bytes(content)
        new[name] = str(private / f"fingerprint-{place}")
    prior = [PriorOutputFile(output.name, str(output.path.resolve()), output.foreign) for output in earlier]
    try:
        answers = worker.ask(Compare(new, prior, policy.values)).findings if new else {}
        if not new.keys() <= answers.keys():
            raise WorkerFailed("The worker did not speak of every output.")
        findings = {name: tuple(answers[name]) for name in new}
    except WorkerFailed:
        findings = dict.fromkeys(new, (make_finding("check.crashed", why="Comparing it with other outputs failed."),))
    return [
        replace(file, findings=(*file.findings, *findings[outputs[file.fingerprint]])) if file.fingerprint else file
        for file in files
    ]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()
