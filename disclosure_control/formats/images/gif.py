"""GIF pictures: their blocks named, decoded to the last pixel, rebuilt without anything else."""

from typing import Final

from disclosure_control.core.content import ContentBuilder, FileContent
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import make_finding
from disclosure_control.formats.images.raster import finish
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.strings import printable

MEDIA_TYPE: Final = "image/gif"
_EXTENSION, _PICTURE, _END = 0x21, 0x2C, 0x3B
_HOW_TO_DRAW: Final = 0xF9
_KNOWN: Final = {0xFE: "comment", 0xFF: "application data", 0x01: "text"}


def examine(content: bytes, _: NestedFiles | None = None) -> FileContent:
    """Read a GIF that may be anybody's.

    Raises:
        Unreadable: it cannot be decoded completely within the limits, or moves.
    """
    reading = ContentBuilder()
    try:
        end = _blocks(content, reading)
    except IndexError as error:
        raise Unreadable("The picture has no end.") from error
    if end < len(content):
        where = "after the end of the picture"
        reading.findings.append(make_finding("artefact.left-over", where, bytes=len(content) - end))
        reading.text(where, printable(content[end:]))
    return finish(reading, content, "GIF", MEDIA_TYPE)


def _blocks(content: bytes, reading: ContentBuilder) -> int:
    """Name the blocks that are not drawn; returns where the picture ends."""
    at = 13 + _colours(content[10])
    while content[at] != _END:
        if content[at] == _EXTENSION:
            kind = content[at + 1]
            body, at = _parts(content, at + 2)
            if kind != _HOW_TO_DRAW:
                reading.hidden(f"block: {_KNOWN.get(kind, 'of another kind')}", text=printable(body))
        elif content[at] == _PICTURE:
            _, at = _parts(content, at + 10 + _colours(content[at + 9]) + 1)
        else:
            raise Unreadable("The picture has a block of no known kind.")
    return at + 1


def _colours(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _parts(content: bytes, at: int) -> tuple[bytes, int]:
    parts: list[bytes] = []
    while size := content[at]:
        parts.append(content[at + 1 : at + 1 + size])
        at += 1 + size
    return b"".join(parts), at + 1
