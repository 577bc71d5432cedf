"""What a file is: by its ending, by its first bytes and by a full parse, which must agree."""

from dataclasses import replace
from pathlib import PurePosixPath

from disclosure_control.core.content import ContentBuilder, FileContent
from disclosure_control.core.errors import MissingExtra, Unreadable
from disclosure_control.core.finding import make_finding, refusal
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.registry import ALLOWED, Examiner, Format, by_magic, by_name


def examine(name: str, content: bytes) -> FileContent:
    """Read a file that may be anybody's.

    Raises:
        Unreadable: it is of no known kind, not what its name says, or cannot be parsed to its end.
    """
    return _read(name, content, NestedFiles(_read))


def _read(name: str, content: bytes, inside: NestedFiles) -> FileContent:
    ending = PurePosixPath(name).suffix.lower()
    kind = by_name(name)
    if kind is None:
        known = ", ".join(sorted(ending for one in ALLOWED for ending in one.endings))
        raise Unreadable("Files of this kind cannot be checked.", rule="artefact.unknown", hint=f"Known are {known}.")
    _check_magic(kind, ending, content)
    if kind.denied:
        return _denied(kind, content, inside)
    examiner = _examiner(kind)
    if examiner is None:
        raise Unreadable("Files of this kind cannot be checked.", rule="artefact.unknown")
    try:
        return examiner(content, replace(inside, name=name))
    except Unreadable:
        raise
    except Exception as error:  # the edge: whatever a parser does with a stranger's file is an answer about it
        raise Unreadable(f"It cannot be read as {kind.name}.") from error


def _examiner(kind: Format) -> Examiner | None:
    """The parser of a format; a file is not read, and so not released, where its library is missing."""
    try:
        return kind.examiner()
    except MissingExtra as error:
        raise Unreadable(error.message, todo=error.hint) from error


def _check_magic(kind: Format, ending: str, content: bytes) -> None:
    told = by_magic(content)
    if kind.magic and kind not in told:
        what = f"what {told[0].name} begins with" if told else f"not what {kind.name} begins with"
        raise Unreadable(f"The name ends in {ending}, its first bytes are {what}.", rule="artefact.mismatch")
    if not kind.magic and not kind.denied and told:
        says = f"ends in {ending}" if ending else f"is one of {kind.name}"
        raise Unreadable(f"The name {says}, the content is {told[0].name}.", rule="artefact.mismatch")


def _denied(kind: Format, content: bytes, inside: NestedFiles) -> FileContent:
    """Why a format cannot leave, with what could be seen inside it."""
    reading = ContentBuilder()
    reading.findings.append(
        make_finding("artefact.denied", "the whole file", f"{kind.name}: {kind.denied}", todo=kind.instead)
    )
    try:
        examiner = _examiner(kind)
        seen = None if examiner is None else examiner(content, inside)
    except Unreadable as error:
        reading.findings.append(refusal(error))
        return reading.done(kind.media_type, None)
    if seen is not None:
        reading.findings += seen.findings
        reading.texts += seen.texts
        reading.tables += seen.tables
    return reading.done(kind.media_type, None)
