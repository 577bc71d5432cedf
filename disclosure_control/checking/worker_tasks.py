"""What the limited worker does: read one file, verify one output, or read the session's record.

Every task takes and gives a message. A file that cannot be read is an answer, not a crash; a crash is an answer
of the process that waits.
"""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Final

from disclosure_control.checking.messages import (
    Answer,
    Compare,
    Compared,
    Entry,
    Examine,
    Examined,
    Manifest,
    Preview,
    ReadManifest,
    ReadPreview,
    Task,
    Verified,
    Verify,
    decode_task,
)
from disclosure_control.checking.readback import output_readback, with_readback
from disclosure_control.checking.worker import apply_limits
from disclosure_control.core.content import FileContent, Table, Text, TextKind
from disclosure_control.core.decoder import encode
from disclosure_control.core.errors import BadEvidence, Unreadable
from disclosure_control.core.finding import Finding, make_finding, merge_findings, refusal
from disclosure_control.core.location import located
from disclosure_control.core.policy import Policy
from disclosure_control.evidence.manifest import read_manifest
from disclosure_control.formats.sniff import examine
from disclosure_control.formats.tabular import large_delimited
from disclosure_control.formats.tabular.delimited import is_formula
from disclosure_control.formats.text.encoded import read_packed
from disclosure_control.formats.text.invisible import visible
from disclosure_control.microdata.comparison import comparison_findings
from disclosure_control.microdata.records import pseudonym_findings, record_findings
from disclosure_control.models.fitted_model import fitted_findings
from disclosure_control.pii.secrets import text_findings
from disclosure_control.tables.bare.table_check import table_findings

_MAX_TEXT: Final = 20_000_000


def serve() -> None:
    """Answer requests from standard input until it ends."""
    apply_limits()
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a library prints does not become an answer
    for line in sys.stdin.buffer:
        answer = encode(answer_to(decode_task(line))) + b"\n"
        view = memoryview(answer)
        while view:
            view = view[answers.write(view) :]


def answer_to(task: Task) -> Answer:
    """Do what is asked.

    Raises:
        OSError: a file that the task names is not there.
    """
    match task:
        case Examine():
            return examine_file(task)
        case Verify():
            return verify(task)
        case Compare():
            return compare(task)
        case ReadManifest():
            return manifest(task)
        case ReadPreview():
            return seen(task)


def examine_file(request: Examine) -> Examined:
    """Read one file that has no evidence."""
    path = Path(request.path)
    policy = Policy.from_values(request.policy)
    try:
        examined = _with_packed(_examined(path, request.name))
    except Unreadable as error:
        return Examined("unknown", [refusal(error)], [])
    texts, cut = _fitting(examined.texts)
    findings = [*examined.findings, *text_findings(texts)]
    for table in examined.tables:
        findings += [*table_findings(table, policy), *_records(table.upright)]
    findings += [finding for model in examined.models for finding in fitted_findings(model, policy)]
    findings += [*pseudonym_findings((t.text for t in examined.texts), *_views(request))]
    upright = [table.upright for table in examined.tables]
    tables = {table.where or located(f"table {n}"): table.columns for n, table in enumerate(upright, 1)}
    loose = [*(text.text for text in examined.texts if text.column is None), *examined.numbers]
    findings += comparison_findings(tables, loose, *_views(request), policy.min_units)
    if examined.clean is not None:
        findings.append(make_finding("evidence.none"))
    if cut:
        findings.append(make_finding("pii.truncated"))
    return Examined(examined.media_type, merge_findings(findings), texts, examined.clean)


def _examined(path: Path, name: str) -> FileContent:
    """What a file is and holds, and what it would be released as; a large table is read in blocks and not rebuilt."""
    delimiter = large_delimited.DELIMITERS.get(PurePosixPath(name).suffix.lower())
    if delimiter is not None and path.stat().st_size > large_delimited.FROM_BYTES:
        return large_delimited.examine(path, delimiter)
    content = path.read_bytes()
    return with_readback(name, examine(name, content), content, examine)


def _with_packed(examined: FileContent) -> FileContent:
    """The file with what its packed words unpack to."""
    columns = (
        Text(table.place(-1, column.number), " ".join(column.cells), TextKind.CODE)
        for table in examined.tables
        for column in table.columns
        if column.cells and column.cells[0].isdecimal() and column.cells[-1].isdecimal()
    )
    numbers = (Text(located("the numbers of the file"), numbers, TextKind.CODE) for numbers in examined.numbers)
    inside = read_packed([*examined.texts, *columns, *numbers])
    return replace(
        examined,
        findings=(*examined.findings, *inside.findings),
        texts=(*examined.texts, *inside.texts),
        tables=(*examined.tables, *inside.tables),
        models=(*examined.models, *inside.models),
        numbers=(*examined.numbers, *inside.numbers),
    )


def _records(table: Table) -> list[Finding]:
    """Whether the rows of a table are people, with the table's place."""
    return [finding.within(table.where) for finding in record_findings(table.columns, table.kind)]


def verify(request: Verify) -> Verified:
    """Verify one output against its evidence."""
    # Most checks have files alone, and what evidence needs takes twice as long to load as all else.
    from disclosure_control.evidence.comparisons import read_numbering  # noqa: PLC0415
    from disclosure_control.evidence.verify import verify_output  # noqa: PLC0415

    views, unit = _views(request)
    result = verify_output(
        name=request.name,
        claim=Path(request.claim).read_bytes(),
        frame=Path(request.frame),
        files={name: Path(path).read_bytes() for name, path in request.files.items()},
        policy=Policy.from_values(request.policy),
        views=views,
        unit=unit,
        numbering=read_numbering(Path(request.numbers)) if request.numbers else None,
    )
    kinds = {label: TextKind.SHARED if label in result.shared else TextKind.LABEL for label in result.labels}
    labels = [Text(located("a label"), label, kind) for label, kind in kinds.items()]
    findings = [*result.findings, *_label_findings(result.labels), *pseudonym_findings(result.labels, views, unit)]
    again, beyond = output_readback(result.clean, result.labels, examine)
    by_file = {name: [*findings, *again.get(name, ())] for name, findings in result.by_file.items()}
    texts = [*labels, *beyond]
    return Verified(result.statbarn, result.agrees, findings, by_file, dict(result.clean), texts, result.fingerprint)


def compare(request: Compare) -> Compared:
    """Compare outputs with each other and with earlier ones."""
    from disclosure_control.evidence.comparisons import PriorOutput, compare_outputs  # noqa: PLC0415

    new = {name: Path(path).read_bytes() for name, path in request.new.items()}
    earlier = [PriorOutput(prior.name, Path(prior.path), prior.foreign) for prior in request.earlier]
    return Compared(compare_outputs(new, earlier, Policy.from_values(request.policy)))


def manifest(request: ReadManifest) -> Manifest:
    """Read the session's record."""
    try:
        entries = read_manifest(Path(request.path).read_bytes())
    except BadEvidence as error:
        return Manifest([], [make_finding("evidence.unreadable", why=str(error))])
    return Manifest([Entry(e.name, list(e.files), e.has_evidence, tuple(e.comments)) for e in entries], [])


def seen(request: ReadPreview) -> Preview:
    """What a person sees of a rebuilt file, as ``formats.preview`` tells it; none where it cannot be told."""
    parts_of = import_module("disclosure_control.formats.preview").parts_of
    try:
        return Preview(parts_of(Path(request.path).read_bytes(), request.media_type))
    except Unreadable:
        return Preview(None)


def _label_findings(labels: Sequence[str]) -> list[Finding]:
    """What the labels of a verified output would do to who opens it."""
    formulas = sum(map(is_formula, labels))
    unseen = sum(label != visible(label) or not label.isprintable() for label in labels)
    findings = [make_finding("artefact.formula", f"{formulas} labels", cells=formulas)] if formulas else []
    return findings + ([make_finding("artefact.hidden-content", f"{unseen} labels", labels=unseen)] if unseen else [])


def _views(request: Examine | Verify) -> tuple[dict[str, Path], str]:
    return {name: Path(path) for name, path in request.views.items()}, request.unit


def _fitting(texts: tuple[Text, ...]) -> tuple[list[Text], bool]:
    """As many texts as are read for personal data, and whether some were left out."""
    fitting: list[Text] = []
    room = _MAX_TEXT
    for text in texts:
        room -= len(text.text)
        if room < 0:
            return fitting, True
        fitting.append(text)
    return fitting, False
