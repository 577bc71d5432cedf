"""JPEG pictures: their segments named, decoded to the last pixel, rebuilt without anything else."""

from typing import Final

from disclosure_control.core.content import ContentBuilder, FileContent
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import make_finding
from disclosure_control.formats.images.raster import finish
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.strings import printable

MEDIA_TYPE: Final = "image/jpeg"
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length
_SCAN, _END = 0xDA, 0xD9
_HIDDEN: Final = {0xFE: "comment", 0xE1: "EXIF or XMP", 0xE2: "colour profile", 0xED: "Photoshop data"}
_PLAIN: Final = frozenset({0xE0, 0xEE})  # JFIF and Adobe: how to draw
_PLAIN_BYTES: Final = 32


def examine(content: bytes, _: NestedFiles | None = None) -> FileContent:
    """Read a JPEG that may be anybody's.

    Raises:
        Unreadable: it cannot be decoded completely within the limits.
    """
    reading = ContentBuilder()
    end = _segments(content, reading)
    if end < len(content):
        where = "after the end of the picture"
        reading.findings.append(make_finding("artefact.left-over", where, bytes=len(content) - end))
        reading.text(where, printable(content[end:]))
    return finish(reading, content, "JPEG", MEDIA_TYPE)


def _segments(content: bytes, reading: ContentBuilder) -> int:
    """Name the segments that are not drawn; returns where the picture ends."""
    at = 2
    while at + 4 <= len(content):
        if content[at] != 0xFF:
            raise Unreadable("The picture has bytes between its segments.")
        kind = content[at + 1]
        if kind == _END:
            return at + 2
        if kind == 0xFF or kind in _BARE:
            at += 1 if kind == 0xFF else 2
            continue
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        body = content[at + 4 : at + 2 + length]
        _note(kind, body, reading)
        at += 2 + length
        if kind == _SCAN:
            at = _scan_end(content, at)
    if content[at : at + 2] == b"\xff\xd9":
        return at + 2
    raise Unreadable("The picture has no end.")


def _note(kind: int, body: bytes, reading: ContentBuilder) -> None:
    is_application = 0xE0 <= kind <= 0xEF or kind == 0xFE
    if is_application and not (kind in _PLAIN and len(body) <= _PLAIN_BYTES):
        reading.hidden(f"segment: {_HIDDEN.get(kind, 'application data')}", text=printable(body))


def _scan_end(content: bytes, at: int) -> int:
    """Where the drawn data end: at the first marker that is neither a restart nor a stuffed byte."""
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        if content[at + 1] == 0x00 or 0xD0 <= content[at + 1] <= 0xD7:
            at += 2
        elif content[at + 1] == 0xFF:
            at += 1
        else:
            return at
    raise Unreadable("The picture has no end.")
