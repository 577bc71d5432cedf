"""Pictures made of pixels: decoded completely within limits, flattened, and encoded again from what is seen of them.

Of each colour's 256 levels 64 stay: nobody sees the lowest two bits, in which a picture can carry a file.
"""

import io
import warnings
from typing import Any, Final

import numpy as np
from PIL import Image, UnidentifiedImageError

from disclosure_control.core.content import ContentBuilder, FileContent
from disclosure_control.core.errors import Unreadable
from disclosure_control.formats.images.entropy import note_dense
from disclosure_control.formats.images.ocr import read_picture

MAX_PIXELS: Final = 40_000_000
_STEPS: Final = 63  # between black and white, which stay
_LEVELS: Final = tuple(round(round(level * _STEPS / 255) * 255 / _STEPS) for level in range(256))
_LOSSY: Final = frozenset({"JPEG", "WEBP"})
_BAD: Final = (
    OSError,
    UnidentifiedImageError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    Image.DecompressionBombError,
    Warning,
)


def decoded(content: bytes, kind: str) -> Image.Image:
    """The picture as RGBA.

    Raises:
        Unreadable: it cannot be decoded to the last pixel, is too large, or moves.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=[kind]) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise Unreadable("The picture is too large.", rule="artefact.too-big")
                if getattr(image, "n_frames", 1) != 1:
                    raise Unreadable("The picture moves.", hint="Hand in single pictures.")
                return image.convert("RGBA")
    except _BAD as error:
        raise Unreadable("The picture cannot be decoded.") from error


def used_indices(content: bytes) -> frozenset[int]:
    """The numbers of the colours of a PNG's palette that its pixels have; all where it has none.

    Raises:
        Unreadable: it cannot be decoded.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=["PNG"]) as image:
                if image.mode != "P" or image.width * image.height > MAX_PIXELS:
                    return frozenset(range(256))
                return frozenset(i for i, count in enumerate(image.histogram()) if count)
    except _BAD as error:
        raise Unreadable("The picture cannot be decoded.") from error


def flattened(image: Image.Image) -> Image.Image:
    """The picture on white, so that nothing is left under what is transparent."""
    ground = Image.new("RGBA", image.size, "white")
    ground.alpha_composite(image)
    return ground.convert("RGB")


def _holds_invisible(image: Image.Image) -> bool:
    """Whether fully transparent pixels have more than one colour."""
    pixels = np.asarray(image)
    under = pixels[pixels[..., 3] == 0][:, :3]
    return bool(len(under)) and bool((under != under[0]).any())


def levelled(image: Image.Image) -> Image.Image:
    """An RGB picture in the levels that are kept; made from one of them, it is the same."""
    return image.point(_LEVELS * 3)


def encoded(image: Image.Image, kind: str) -> bytes:
    """The pixels of an RGB picture as a file of this kind, with nothing else; GIF has at most 256 colours."""
    options: dict[str, dict[str, Any]] = {
        "PNG": {"optimize": False},
        "JPEG": {"quality": 95, "subsampling": 0},
        "WEBP": {"lossless": True, "exact": False},
        "GIF": {},
    }
    bare = Image.frombytes("RGB", image.size, image.tobytes())
    if kind == "GIF":
        bare = bare.quantize(256)
        bare.putpalette([_LEVELS[level] for level in bare.getpalette() or ()])
    with io.BytesIO() as sink:
        bare.save(sink, format=kind, **options[kind])
        return sink.getvalue()


def finish(reading: ContentBuilder, content: bytes, kind: str, media_type: str) -> FileContent:
    """Decode, read what is written in the picture, and encode it again.

    Raises:
        Unreadable: it cannot be decoded.
    """
    image_read = decoded(content, kind)
    if _holds_invisible(image_read):
        reading.hidden("under what is transparent", "Transparent parts of the picture hold another picture.")
    image = levelled(flattened(image_read))
    read_picture(image, reading)
    note_dense(image, "the picture", reading, lossy=kind in _LOSSY)
    return reading.done(media_type, encoded(image, kind))
