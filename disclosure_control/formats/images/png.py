"""PNG pictures: decoded to the last pixel, compared by pixels, rebuilt without anything else."""

import struct
import zlib
from typing import Final

from disclosure_control.core.content import ContentBuilder, FileContent, TextKind
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import make_finding
from disclosure_control.formats.images.raster import decoded, finish, used_indices
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.strings import printable

MEDIA_TYPE: Final = "image/png"
SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_DRAWN: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"pHYs", b"sBIT"})
_KNOWN: Final = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"iCCP", b"tIME", b"hIST", b"sPLT", b"acTL", b"bKGD"})
_TEXTS: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_MAX_TEXT: Final = 1_000_000
_BLOCK: Final = 1 << 20


def examine(content: bytes, _: NestedFiles | None = None) -> FileContent:
    """Read a PNG that may be anybody's.

    Raises:
        Unreadable: it is not a PNG that can be decoded completely within the limits.
    """
    if not content.startswith(SIGNATURE):
        raise Unreadable("The file does not begin as a PNG does.", rule="artefact.mismatch")
    chunks, trailing = _chunks(content)
    hidden = sorted({_shown(kind) for kind, _ in chunks if kind not in _DRAWN})
    reading = ContentBuilder()
    if hidden:
        reading.findings.append(
            make_finding("artefact.hidden-content", f"chunks {', '.join(hidden)}", chunks=len(hidden))
        )
    if trailing:
        reading.findings.append(make_finding("artefact.left-over", "after the end of the picture", bytes=trailing))
    for i, (kind, body) in enumerate(_text_chunks(chunks), 1):
        reading.text(f"text chunk {i}", _chunk_text(kind, body))
    for kind, body in chunks:
        if kind not in _DRAWN | _TEXTS:
            reading.text(f"chunk {_shown(kind)}", printable(body[:_MAX_TEXT]), TextKind.CODE)
    _unused(content, chunks, reading)
    return finish(reading, content, "PNG", MEDIA_TYPE)


def same_pixels(first: bytes, second: bytes) -> bool:
    """Whether two PNG show the same picture.

    Raises:
        Unreadable: one of them cannot be decoded.
    """
    a, b = decoded(first, "PNG"), decoded(second, "PNG")
    return a.size == b.size and a.tobytes() == b.tobytes()


def _chunks(content: bytes) -> tuple[list[tuple[bytes, bytes]], int]:
    """The chunks of a PNG, and how many bytes follow the last."""
    chunks: list[tuple[bytes, bytes]] = []
    at = len(SIGNATURE)
    while at + 12 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind = content[at + 4 : at + 8]
        if at + 12 + length > len(content):
            break
        chunks.append((kind, content[at + 8 : at + 8 + length]))
        at += 12 + length
        if kind == b"IEND":
            return chunks, len(content) - at
    raise Unreadable("The picture has no end.")


def _unused(content: bytes, chunks: list[tuple[bytes, bytes]], reading: ContentBuilder) -> None:
    """Bytes after the packed pixels, and colours of the palette that no pixel has."""
    unpacking = zlib.decompressobj()
    packed = b"".join(body for kind, body in chunks if kind == b"IDAT")
    try:
        while packed and not unpacking.eof:
            unpacking.decompress(packed, _BLOCK)
            packed = unpacking.unconsumed_tail
    except zlib.error as error:
        raise Unreadable("The picture cannot be decoded.") from error
    if unpacking.unused_data:
        text = printable(unpacking.unused_data[:_MAX_TEXT])
        reading.hidden("after the packed pixels", f"{len(unpacking.unused_data):,} bytes are no pixels.", text)
    palette = next((body for kind, body in chunks if kind == b"PLTE"), b"")
    if palette:
        used = used_indices(content)
        unused = b"".join(palette[3 * i : 3 * i + 3] for i in range(len(palette) // 3) if i not in used)
        text = printable(unused)
        if text:
            reading.hidden("the palette", "Colours of the palette stand in no pixel.", text)


def _shown(kind: bytes) -> str:
    return kind.decode("latin-1") if kind in _KNOWN else "of another kind"


def _text_chunks(chunks: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [(kind, body) for kind, body in chunks if kind in _TEXTS]


def _chunk_text(kind: bytes, body: bytes) -> str:
    key, _, rest = body.partition(b"\0")
    if kind == b"zTXt" or (kind == b"iTXt" and rest[:1] == b"\x01"):
        packed = rest[1:] if kind == b"zTXt" else rest[2:].partition(b"\0")[2].partition(b"\0")[2]
        try:
            rest = zlib.decompressobj().decompress(packed, _MAX_TEXT)
        except zlib.error as error:
            raise Unreadable("A text inside the picture cannot be unpacked.") from error
    return f"{key.decode('latin-1')}: {rest[:_MAX_TEXT].decode('utf-8', 'replace')}"
