"""What would be released, read again as a file of its format: what it says beyond the first reading is judged too.

Rebuilding can join what was parted or show what was passed over. Here alone each rebuilt file is read as its reader
will have it; only what the first reading did not give is added, so that nothing is found twice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from disclosure_control.core.content import FileContent, Fitted, Table, Text, TextKind
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.location import WHOLE, located
from disclosure_control.core.outcome import Outcome

Examine = Callable[[str, bytes], FileContent]
WHERE: Final = located("the rebuilt file")
# What no rebuilt file may hold, whatever was in the file that it was made of.
_GONE: Final = frozenset({"artefact.hidden-content", "artefact.active-content", "artefact.left-over"})
_PICTURES: Final = (".png",)


def with_readback(name: str, first: FileContent, content: bytes, examine: Examine) -> FileContent:
    """A file's reading, with what its rebuilt form says beyond it.

    Args:
        name: the file's name, whose ending says its format.
        first: what was read of the file itself.
        content: the file's own bytes. A rebuilt file that is the same, byte for byte, says the same.
        examine: how a file is read by its name and bytes.

    Returns:
        The first reading with further findings, texts, tables, models and numbers, placed in the rebuilt file. A
        rebuilt file that cannot be read, is of another format, or cannot be rebuilt itself, is a finding that stops it.
    """
    if first.clean is None or first.clean == content:
        return first
    second = _examined(name, first.clean, examine)
    if isinstance(second, Finding):
        return replace(first, findings=(*first.findings, second))
    fault = _fault(first, second)
    tables = {_table_key(table) for table in first.tables}
    numbers = set(first.numbers)
    return replace(
        first,
        findings=(*first.findings, *fault, *_new_findings(first.findings, second.findings)),
        texts=(*first.texts, *_new_texts(first.texts, second.texts)),
        tables=(
            *first.tables,
            *(table.within(WHERE) for table in second.tables if _table_key(table) not in tables),
        ),
        models=(*first.models, *_new_models(first, second)),
        numbers=(*first.numbers, *(number for number in second.numbers if number not in numbers)),
    )


def output_readback(
    files: Mapping[str, bytes], labels: Sequence[str], examine: Examine
) -> tuple[dict[str, list[Finding]], list[Text]]:
    """What the files of a verified output say beyond the labels that were computed again.

    Figures are drawn here from what was computed; their letters are not read a second time.

    Returns:
        Findings by the file's name, and texts that are no label.
    """
    findings: dict[str, list[Finding]] = {}
    texts: list[Text] = []
    label_words = {_words(label) for label in labels}
    for name, content in files.items():
        if name.endswith(_PICTURES):
            continue
        second = _examined(name, content, examine)
        if isinstance(second, Finding):
            findings[name] = [second]
            continue
        findings[name] = [finding.within(WHERE) for finding in second.findings if finding.rule in _GONE]
        texts += [
            Text(text.where.within(WHERE), text.text, TextKind.LABEL)
            for text in second.texts
            if _words(text.text) not in label_words
        ]
    return findings, texts


def _examined(name: str, clean: bytes, examine: Examine) -> FileContent | Finding:
    try:
        return examine(name, clean)
    except Unreadable as error:
        rule = error.rule if error.rule == "artefact.mismatch" else "artefact.unreadable"
        why = "What would be released cannot be read again as a file of its format."
        return make_finding(rule, WHERE, why, outcome=Outcome.FAIL)


def _fault(first: FileContent, second: FileContent) -> Iterator[Finding]:
    if second.media_type != first.media_type:
        why = "What would be released reads as a file of another format."
        yield make_finding("artefact.mismatch", WHERE, why, outcome=Outcome.FAIL)
    elif second.clean is None:
        why = "What would be released cannot be rebuilt again."
        yield make_finding("artefact.unreadable", WHERE, why, outcome=Outcome.FAIL)


def _new_findings(first: Sequence[Finding], second: Sequence[Finding]) -> Iterator[Finding]:
    """What the second reading alone says, and whatever no rebuilt file may hold."""
    first_keys = {(finding.rule, finding.outcome, finding.why) for finding in first}
    for finding in second:
        if finding.rule in _GONE or (finding.rule, finding.outcome, finding.why) not in first_keys:
            yield finding.within(WHERE)


def _new_texts(first: Iterable[Text], second: Iterable[Text]) -> Iterator[Text]:
    first_words = {_words(text.text) for text in first}
    for text in second:
        words = _words(text.text)
        if words not in first_words:
            first_words.add(words)
            yield text.within(WHERE)


def _new_models(first: FileContent, second: FileContent) -> Iterator[Fitted]:
    first_models = [replace(model, where=WHOLE) for model in first.models]
    for model in second.models:
        if replace(model, where=WHOLE) not in first_models:
            yield replace(model, where=model.where.within(WHERE))


def _table_key(table: Table) -> tuple[object, ...]:
    """What makes a table the same as another in another place."""
    return (table.kind, *((column.header, hash(tuple(column.cells))) for column in table.columns))


def _words(text: str) -> str:
    return " ".join(text.split())
