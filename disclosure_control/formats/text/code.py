"""Code: text that is a program; values that are written into it are looked for."""

from pathlib import PurePosixPath
from typing import Final

from disclosure_control.core.content import ContentBuilder, FileContent, Text, TextKind
from disclosure_control.core.location import WHOLE
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.text import plain_text
from disclosure_control.formats.text.literals import language_of, note_values

MEDIA_TYPE: Final = "text/x-script"
_WRITINGS: Final = frozenset({".tex", ".rmd", ".qmd"})  # programs that hold tables for readers


def examine(content: bytes, inside: NestedFiles) -> FileContent:
    """Read a program that may be anybody's.

    Raises:
        Unreadable: it is not UTF-8, or holds control characters.
    """
    read = plain_text.examine(content, steering=False)
    reading = ContentBuilder(findings=list(read.findings))
    reading.texts += [Text(text.where, text.text, TextKind.CODE) for text in read.texts]
    if PurePosixPath(inside.name).suffix.lower() in _WRITINGS:
        reading.tables += read.tables
    note_values((read.clean or b"").decode(), language_of(inside.name), WHOLE, reading)
    return reading.done(MEDIA_TYPE, read.clean)
