"""Pictures that hold more than a figure needs: noise, or small squares of few colours as codes for cameras have them.

What a figure draws is foretold by what is beside it, so that it packs well. Three measures tell data drawn as pixels:
how many bits a pixel takes when the picture is packed as PNG; and, at several sizes of its squares, whether a part of
the picture has few colours, changes strongly from square to square and yet repeats nothing, or goes up and down by
steps that nobody sees.
"""

import zlib
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from disclosure_control.examined import Reading
from disclosure_control.finding import found

# Bits of PNG a pixel. Lines, bars, scatters, densities, maps of values and tables at 72 to 300 dots an inch took 0.1 to
# 3, after JPEG up to 6; noise of grey levels 13, of colours 21, one bit of noise in each colour 4.3.
MOST_BITS: Final = 4.0
MOST_BITS_OF_LOSSY: Final = 8.0
_SQUARES: Final = (1, 2, 3, 4, 6, 8)  # pixels of a side
_PART: Final = 48  # squares of a side of the part that is looked at
_STRONG: Final = 48  # of 255: a change that is seen
_CHANGES: Final = 0.35  # of neighbours; chance gives a half
_COLOURS: Final = 8
_PACKED_BITS: Final = 1.3  # a square; patterns that repeat took at most 1.2, chance 1.5
_FAINT: Final = 12  # of 255: three levels, a change that is hardly seen
_TURNS: Final = 0.15  # of squares that both neighbours differ from in one direction; chance gives a quarter


def note_dense(image: Image.Image, packed: int, where: str, reading: Reading, *, lossy: bool = False) -> None:
    """Say that an RGB picture, whose PNG has ``packed`` bytes, holds more than a figure needs.

    What a lossy kind of file adds is noise of its own, which is allowed for.
    """
    bits = 8 * packed / (image.width * image.height)
    if bits > (MOST_BITS_OF_LOSSY if lossy else MOST_BITS):
        why = f"It takes {bits:.1f} bits a pixel to pack, which is as much as noise takes."
        reading.findings.append(found("figure.dense", where, why))
        return
    pixels = np.asarray(image)
    for size in _SQUARES:
        squares = pixels[size // 2 :: size, size // 2 :: size]
        if min(squares.shape[:2]) < _PART:
            return
        what = "of few colours" if _has_code(squares) else "of shades that nobody tells apart"
        if what == "of few colours" or (not lossy and _is_faint(squares)):
            why = f"A part of it is small squares {what}, without order, {size} pixels wide."
            reading.findings.append(found("figure.dense", where, why))
            return


def _has_code(squares: NDArray[Any]) -> bool:
    """Whether a part in which many neighbours differ strongly has few colours in an order that nothing foretells."""
    strong = np.minimum(*(_shares(_any(_differ(squares, axis) >= _STRONG), axis) for axis in (0, 1)))
    half = _PART // 2
    for row, column in np.argwhere(strong >= _CHANGES) * half:
        part = squares[row : row + _PART, column : column + _PART].astype(np.uint32)
        colours, places = np.unique(part @ np.array([1 << 16, 1 << 8, 1], np.uint32), return_inverse=True)
        if len(colours) <= _COLOURS:
            packed = zlib.compress(places.astype(np.uint8).tobytes(), 9)
            if 8 * len(packed) / places.size >= _PACKED_BITS:
                return True
    return False


def _is_faint(squares: NDArray[Any]) -> bool:
    """Whether in a part many squares are a little above or below both their neighbours."""
    shares = []
    for axis in (0, 1):
        turned = squares if axis == 0 else squares.swapaxes(0, 1)
        one, mid, other = turned[:-2], turned[1:-1], turned[2:]
        near = np.maximum(_gap(one, mid), _gap(mid, other)).max(axis=2) <= _FAINT
        turns = ((mid > one) & (mid > other)) | ((mid < one) & (mid < other))
        padded = np.pad(_any(turns) & near, ((1, 1), (0, 0)))
        shares.append(_blocks(padded if axis == 0 else padded.T))
    return bool((np.minimum(*shares) >= _TURNS).any())


def _differ(squares: NDArray[Any], axis: int) -> NDArray[Any]:
    """How far each square is from the next along an axis."""
    turned = squares if axis == 0 else squares.swapaxes(0, 1)
    return _gap(turned[1:], turned[:-1])


def _gap(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    gap: NDArray[Any] = np.maximum(one, other) - np.minimum(one, other)
    return gap


def _any(of_colours: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(of_colours.any(axis=2))


def _shares(differ: NDArray[Any], axis: int) -> NDArray[Any]:
    """For each part, the share of its neighbours along an axis that differ."""
    padded = np.pad(differ, ((0, 1), (0, 0)))
    return _blocks(padded if axis == 0 else padded.T)


def _blocks(marked: NDArray[Any]) -> NDArray[Any]:
    """The share of marked squares in each part; parts begin at each half of one."""
    half = _PART // 2
    high, wide = (side // half for side in marked.shape)
    means = marked[: high * half, : wide * half].reshape(high, half, wide, half).mean((1, 3))
    shares: NDArray[Any] = (means[1:, 1:] + means[:-1, 1:] + means[1:, :-1] + means[:-1, :-1]) / 4
    return shares
