"""WebP pictures: their chunks named, decoded to the last pixel, rebuilt without anything else."""

from typing import Final

from disclosure_control.core.content import ContentBuilder, FileContent
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import make_finding
from disclosure_control.formats.images.raster import finish
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.strings import printable

MEDIA_TYPE: Final = "image/webp"
_DRAWN: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH"})
_KNOWN: Final = {b"EXIF": "EXIF", b"XMP ": "XMP", b"ICCP": "colour profile"}


def examine(content: bytes, _: NestedFiles | None = None) -> FileContent:
    """Read a WebP picture that may be anybody's.

    Raises:
        Unreadable: it cannot be decoded completely within the limits.
    """
    if content[8:12] != b"WEBP":
        raise Unreadable("The file does not begin as a WebP picture does.", rule="artefact.mismatch")
    reading = ContentBuilder()
    end = 8 + int.from_bytes(content[4:8], "little")
    if end > len(content):
        raise Unreadable("The picture has no end.")
    if end < len(content):
        where = "after the end of the picture"
        reading.findings.append(make_finding("artefact.left-over", where, bytes=len(content) - end))
        reading.text(where, printable(content[end:]))
    at = 12
    while at + 8 <= end:
        kind, size = content[at : at + 4], int.from_bytes(content[at + 4 : at + 8], "little")
        if kind not in _DRAWN:
            body = content[at + 8 : at + 8 + size]
            reading.hidden(f"chunk: {_KNOWN.get(kind, 'of another kind')}", text=printable(body))
        at += 8 + size + size % 2
    return finish(reading, content[:end], "WEBP", MEDIA_TYPE)
