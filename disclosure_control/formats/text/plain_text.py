"""Text files: UTF-8 and nothing hidden, rebuilt as a terminal shows them, with plain line ends."""

import re
import unicodedata
from typing import Final

from disclosure_control.core.content import ContentBuilder, FileContent
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import make_finding
from disclosure_control.core.location import WHOLE, Location
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.text.invisible import note_unseen, visible
from disclosure_control.formats.text.terminal import STEERING, read_shown
from disclosure_control.formats.text.text_tables import tables_in_text
from disclosure_control.formats.text.whitespace import note_blanks

MEDIA_TYPE: Final = "text/plain"
_ALLOWED_CONTROLS: Final = frozenset("\n\t")
_PACKED: Final = re.compile(r"[A-Za-z0-9+/=_-]{120,}")
_MAX_LINES: Final = 500_000


def examine(content: bytes, _: NestedFiles | None = None, *, steering: bool = True) -> FileContent:
    """Read a text that may be anybody's.

    Raises:
        Unreadable: it is not UTF-8, or holds control characters but those that ``steering`` lets in.
    """
    reading = ContentBuilder()
    lines = read_shown(decode(content, steering=steering), WHOLE, reading).split("\n")
    if len(lines) > _MAX_LINES:
        raise Unreadable(f"The file has more than {_MAX_LINES:,} lines.")
    placed = [(Location(line=i), line) for i, line in enumerate(lines, 1)]
    note_unseen(placed, reading)
    note_blanks(placed, reading)
    if not any(line.strip() for line in lines):
        reading.findings.append(make_finding("artefact.empty"))
    for i, line in enumerate(lines, 1):
        reading.text(Location(line=i), visible(line))
    reading.tables += tables_in_text([visible(line) for line in lines])
    clean = "\n".join(visible(line).rstrip() for line in lines).rstrip("\n") + "\n"
    return reading.done(MEDIA_TYPE, clean.encode())


def decode(content: bytes, *, controls: bool = False, steering: bool = False) -> str:
    """Bytes as text, NFC, with Unix line ends; control characters are left out where they are allowed.

    Those that steer a terminal stay where ``steering`` is set; the caller must apply them.

    Raises:
        Unreadable: they are not UTF-8, or hold control characters that are not allowed.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("The file is not UTF-8 text.", rule="artefact.mismatch") from error
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    allowed = _ALLOWED_CONTROLS | (STEERING if steering else frozenset())
    refused = {c for c in set(text) - allowed if unicodedata.category(c) == "Cc"}
    if refused and not controls:
        raise Unreadable("The file holds control characters.", rule="artefact.mismatch")
    return text.translate(dict.fromkeys(map(ord, refused))) if refused else text


def without_packed(text: str) -> str:
    """The text without long runs of packed bytes, in which patterns find only chance.

    >>> without_packed("x = '" + "Ab3/" * 40 + "'")
    "x = '…'"
    """
    return _PACKED.sub("…", text)
