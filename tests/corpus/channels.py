"""Ways in which what is seen can carry what is not: low bits, kinds of blanks, letters that look alike, NaNs."""

import io
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from PIL import Image

from tests.corpus.case import MARKER, NHS, Case
from tests.corpus.pictures import KINDS, figure, saved
from tests.corpus.tables import arrow, feather

HIDDEN = "artefact.hidden-content"
BITS = np.unpackbits(np.frombuffer(f"{MARKER} {NHS} ".encode() * 20, np.uint8))


def leaks() -> Iterator[Case]:
    for builder in (_pictures, _numbers):
        yield from builder()


def twins() -> Iterator[Case]:
    yield Case("low-bits.png", saved(with_low_bits(figure()), "png"))
    values = pa.array([1.5, float("nan"), None, -0.0, float("-inf")])
    for ending, write in (("parquet", arrow), ("feather", feather)):
        yield Case(f"no-numbers.{ending}", write(pa.table({"area": list("ABCDE"), "mean": values})))


def with_low_bits(image: Image.Image) -> Image.Image:
    """The picture with the bits in the last one of each colour of its white pixels, which nobody sees."""
    pixels = np.asarray(image).copy()
    white = pixels == 255
    pixels[white] -= np.resize(BITS, white.sum())
    return Image.fromarray(pixels)


def squares(side: int) -> Image.Image:
    """Bits by chance, as those of a packed file, as black and white squares."""
    bits = np.random.default_rng(2).integers(0, 2, (300 // side, 400 // side), dtype=np.uint8)
    return Image.fromarray(np.kron(bits * np.uint8(255), np.ones((side, side), np.uint8))).convert("RGB")


def _pictures() -> Iterator[Case]:
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (300, 400, 3), dtype=np.uint8))
    pixels = np.asarray(figure()).copy()
    white = (pixels == 255).all(axis=2)
    pixels[white] -= np.uint8(4) * np.random.default_rng(3).integers(0, 2, (white.sum(), 1), dtype=np.uint8)
    both = figure()
    both.paste(squares(2).crop((0, 0, 128, 128)), (200, 120))
    for name, image in {"noise": noise, "faint": Image.fromarray(pixels), "corner": both}.items():
        yield Case(f"{name}.png", saved(image, "png"), "figure.dense", "the picture")
    yield Case("noise.jpg", saved(noise, "jpg"), "figure.dense", "the picture")
    for side in (1, 2, 4, 8):
        for kind in KINDS if side == 2 else ("png",):
            options = {"lossless": True} if kind == "webp" else {}
            if kind != "jpg":
                yield Case(
                    f"squares-{side}.{kind}", saved(squares(side), kind, **options), "figure.dense", "the picture"
                )
    made = io.BytesIO()
    squares(4).save(made, "PDF", resolution=150)
    yield Case("squares.pdf", made.getvalue(), "figure.dense", "page 1")
    bits = squares(8).resize((50, 37))
    rows = (
        f'<rect x="{8 * x}" y="{8 * y}" width="8.1" height="8.1"/>'
        for y in range(bits.height)
        for x in range(bits.width)
        if not bits.getpixel((x, y))[0]
    )
    start = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="296">'
    yield Case("squares.svg", start + "".join(rows).encode() + b"</svg>", "figure.dense", "the drawing")


def nans() -> np.ndarray:
    """Values that are no number, with the bits in each."""
    held = np.resize(np.frombuffer(f"{MARKER} {NHS}".encode() * 12, np.uint8).astype(np.uint64), 300)
    return (np.uint64(0x7FF8000000000000) + held).view(np.float64)


def _numbers() -> Iterator[Case]:
    table = pa.table({"n": pa.array(range(300)), "x": pa.array(nans(), from_pandas=False)})
    for ending, write in (("parquet", arrow), ("feather", feather)):
        yield Case(f"nans.{ending}", write(table), HIDDEN, "the values of column 2 that are no number")
