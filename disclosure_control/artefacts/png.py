"""PNG pictures: decoded to the last pixel, compared by pixels, rebuilt without anything else."""

import io
import struct
import warnings
import zlib
from typing import Final

from PIL import Image, UnidentifiedImageError

from disclosure_control.errors import Unreadable
from disclosure_control.examined import Examined, Text
from disclosure_control.finding import Finding, found

MEDIA_TYPE: Final = "image/png"
SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
MAX_PIXELS: Final = 40_000_000
_DRAWN: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"pHYs", b"sBIT"})
_TEXTS: Final = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_MAX_TEXT: Final = 1_000_000


def examine(content: bytes) -> Examined:
    """Read a PNG that may be anybody's.

    Raises:
        Unreadable: it is not a PNG that can be decoded completely within the limits.
    """
    chunks, trailing = _chunks(content)
    image = _decoded(content)
    hidden = sorted({kind.decode("latin-1") for kind, _ in chunks if kind not in _DRAWN})
    findings: list[Finding] = []
    if hidden:
        findings.append(found("artefact.hidden-content", f"chunks {', '.join(hidden)}", chunks=len(hidden)))
    if trailing:
        findings.append(found("artefact.hidden-content", "after the end of the picture", bytes=trailing))
    texts = [
        Text(f"text chunk {i + 1}", _chunk_text(kind, body)) for i, (kind, body) in enumerate(_text_chunks(chunks))
    ]
    return Examined(MEDIA_TYPE, tuple(findings), tuple(texts), _rebuilt(image))


def same_pixels(one: bytes, other: bytes) -> bool:
    """Whether two PNG show the same picture.

    Raises:
        Unreadable: one of them cannot be decoded.
    """
    a, b = _decoded(one), _decoded(other)
    return a.size == b.size and a.tobytes() == b.tobytes()


def _decoded(content: bytes) -> Image.Image:
    if not content.startswith(SIGNATURE):
        raise Unreadable("The file does not begin as a PNG does.", rule="artefact.mismatch")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
                if image.width * image.height > MAX_PIXELS or getattr(image, "n_frames", 1) != 1:
                    raise Unreadable("The picture is too large or animated.")
                return image.convert("RGBA")
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        raise Unreadable("The picture cannot be decoded.") from error


def _rebuilt(image: Image.Image) -> bytes:
    with io.BytesIO() as sink:
        Image.frombytes("RGBA", image.size, image.tobytes()).save(sink, format="PNG", optimize=False)
        return sink.getvalue()


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
