"""Pictures that hold more than a figure needs: noise, or small squares of few colours as codes for cameras have them.

What a figure draws is foretold by what is beside it, so that it packs well. Three measures tell data drawn as pixels:
how many bits a pixel takes when the picture is packed as PNG; and, at several sizes of its squares, whether a part of
the picture has few colours, changes strongly from square to square and yet repeats nothing, or goes up and down by
steps that nobody sees.
"""

import io
import zlib
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from disclosure_control.core.content import ContentBuilder
from disclosure_control.core.finding import make_finding
from disclosure_control.core.location import Place

# Bits of PNG a pixel. Lines, bars, scatters, densities, maps of values and tables at 72 to 300 dots an inch took 0.1 to
# 3, after JPEG up to 6; noise of grey levels 13, of colours 21, one bit of noise in each colour 4.3.
MOST_BITS: Final = 4.0
MOST_BITS_OF_LOSSY: Final = 8.0
_SQUARES: Final = (1, 2, 3, 4, 6, 8)  # pixels of a side
_PART: Final = 48  # squares of a side of a part that is looked at
_STRONG: Final = 48  # of 255: a change that is seen
_CHANGES: Final = 0.35  # of neighbours; chance gives a half
_COLOURS: Final = 8
_PACKED_BITS: Final = 1.3  # a square; patterns that repeat took at most 1.2, chance 1.5
_FAINT: Final = 12  # of 255: three levels, a change that is hardly seen
_TURNS: Final = 0.15  # of squares that both neighbours differ from in one direction; chance gives a quarter


def note_dense(image: Image.Image, where: Place, reading: ContentBuilder, *, lossy: bool = False) -> None:
    """Say that an RGB picture holds more than a figure needs.

    What a lossy kind of file adds is noise of its own, which is allowed for.
    """
    pixels = np.asarray(image)
    numbers = np.asarray(image.convert("RGBX")).view(np.uint32)[..., 0]  # a colour as one number
    if _is_noise(image, numbers, reading, where, MOST_BITS_OF_LOSSY if lossy else MOST_BITS):
        return
    for size in _SQUARES:
        squares, small = pixels[size // 2 :: size, size // 2 :: size], numbers[size // 2 :: size, size // 2 :: size]
        few = any(_is_code(squares[at], small[at]) for at in _changed_squares(small, _CHANGES, _PART // 2))
        if few or (not lossy and any(_is_faint(squares[at]) for at in _changed_squares(small, _TURNS, _PART))):
            what = "of few colours" if few else "of shades that nobody tells apart"
            why = f"A part of it is small squares {what}, without order, {size} pixels wide."
            reading.findings.append(make_finding("figure.dense", where, why))
            return


def _is_noise(image: Image.Image, numbers: NDArray[Any], reading: ContentBuilder, where: Place, most: float) -> bool:
    """Name a picture of which each pixel takes more bits than ``most``; one that changes seldom is not packed."""
    if 24 * (numbers[:, 1:] != numbers[:, :-1]).mean() <= most and 24 * (numbers[1:] != numbers[:-1]).mean() <= most:
        return False
    with io.BytesIO() as sink:
        image.save(sink, "PNG")
        bits = 8 * sink.tell() / numbers.size
    if bits > most:
        why = f"It takes {bits:.1f} bits a pixel to pack, which is as much as noise takes."
        reading.findings.append(make_finding("figure.dense", where, why))
    return bits > most


def _changed_squares(numbers: NDArray[Any], share: float, step: int) -> Iterator[tuple[slice, slice]]:
    """The parts, one at every ``step``, in which at least a share of squares differ from the next, along and down."""
    half = _PART // 2
    high, wide = (side // half for side in numbers.shape)
    if high < 2 or wide < 2:
        return
    cut = numbers[: high * half, : wide * half]
    shares = []
    for axis in (0, 1):
        differ = np.zeros(cut.shape, dtype=bool)
        if axis == 0:
            np.not_equal(cut[1:], cut[:-1], out=differ[1:])
        else:
            np.not_equal(cut[:, 1:], cut[:, :-1], out=differ[:, 1:])
        means = differ.reshape(high, half, wide, half).mean((1, 3))
        shares.append((means[1:, 1:] + means[:-1, 1:] + means[1:, :-1] + means[:-1, :-1]) / 4)
    interval = step // half
    for row, column in np.argwhere(np.minimum(*shares)[::interval, ::interval] >= share) * step:
        yield slice(row, row + _PART), slice(column, column + _PART)


def _is_code(part: NDArray[Any], numbers: NDArray[Any]) -> bool:
    """Whether a part has few colours that change strongly, in an order that nothing foretells."""
    shares = [(_gap(pixels[1:], pixels[:-1]).max(axis=2) >= _STRONG).mean() for pixels in (part, part.swapaxes(0, 1))]
    if min(shares) < _CHANGES:
        return False
    colours, places = np.unique(numbers, return_inverse=True)
    packed = zlib.compress(places.astype(np.uint8).tobytes(), 9)
    return len(colours) <= _COLOURS and 8 * len(packed) / places.size >= _PACKED_BITS


def _is_faint(part: NDArray[Any]) -> bool:
    """Whether many squares of a part are a little above or below both their neighbours."""
    return all(_turns(pixels) >= _TURNS for pixels in (part, part.swapaxes(0, 1)))


def _turns(part: NDArray[Any]) -> float:
    before, mid, after = part[:-2], part[1:-1], part[2:]
    near = np.maximum(_gap(before, mid), _gap(mid, after)).max(axis=2) <= _FAINT
    turns = ((mid > before) & (mid > after)) | ((mid < before) & (mid < after))
    return float((turns.any(axis=2) & near).mean())


def _gap(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    gap: NDArray[Any] = np.maximum(first, second) - np.minimum(first, second)
    return gap
