"""Ways in which what is seen can carry what is not: low bits, kinds of blanks, letters that look alike, NaNs."""

import io
import json
from collections.abc import Iterator

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from PIL import Image

from tests.corpus.case import MARKER, NHS, Case, counts
from tests.corpus.notebooks import written
from tests.corpus.pages import PAGE
from tests.corpus.pictures import KINDS, figure, saved
from tests.corpus.tables import arrow, feather

HIDDEN = "artefact.hidden-content"
BITS = np.unpackbits(np.frombuffer(f"{MARKER} {NHS} ".encode() * 20, np.uint8))


def leaks() -> Iterator[Case]:
    for builder in (_pictures, _numbers, _spaces, _ends, _letters):
        yield from builder()


def twins() -> Iterator[Case]:
    yield Case("low-bits.png", saved(with_low_bits(figure()), "png"))
    values = pa.array([1.5, float("nan"), None, -0.0, float("-inf")])
    for ending, write in (("parquet", arrow), ("feather", feather)):
        yield Case(f"no-numbers.{ending}", write(pa.table({"area": list("ABCDE"), "mean": values})))

    yield Case("french.md", "Effectifs\u202f: 5\u202f000 (12,5\u00a0%), n\u00a0=\u00a0120\n".encode())
    yield Case("greek.txt", "\u03a7\u00b2 is 12.1, \u03bc is 4.2; \u041c\u043e\u0441\u043a\u0432\u0430 too.\n".encode())
    aligned = "".join(
        f"{name:14}  {n:8}  {n / 7:8.2f}\n" for n, name in enumerate(["North East", "South West"] * 60, 200)
    )
    yield Case("aligned.txt", f"Region              people      mean\n{aligned}".encode())
    yield Case(
        "sentences.md", ("Pay rose in the north.  It fell in the south.  We saw no change in the east.\n" * 60).encode()
    )
    yield Case("padded.csv", counts().assign(area=["North ", "South ", "East  "]).to_csv(index=False).encode())
    yield Case("breaks.ipynb", written(new_markdown_cell("One  \ntwo  \nthree\n\n- four")))


def with_low_bits(image: Image.Image) -> Image.Image:
    """The picture with the bits in the last one of each colour of its white pixels, which nobody sees."""
    pixels = np.asarray(image).copy()
    white = pixels == 255
    pixels[white] -= np.resize(BITS, white.sum())
    return Image.fromarray(pixels)


def squares(side: int) -> Image.Image:
    """Bits by chance, as those of a packed file, as black and white squares."""
    bits = np.random.default_rng(2).integers(0, 2, (400 // side, 400 // side), dtype=np.uint8)
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
    bits = squares(4).resize((100, 100), Image.Resampling.NEAREST)
    rows = (
        f'<rect x="{4 * x}" y="{4 * y}" width="4" height="4"/>'
        for y in range(bits.height)
        for x in range(bits.width)
        if not bits.getpixel((x, y))[0]
    )
    start = b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400">'
    yield Case("squares.svg", start + "".join(rows).encode() + b"</svg>", "figure.dense", "the drawing")


def nans() -> np.ndarray:
    """Values that are no number, with the bits in each."""
    held = np.resize(np.frombuffer(f"{MARKER} {NHS}".encode() * 12, np.uint8).astype(np.uint64), 300)
    return (np.uint64(0x7FF8000000000000) + held).view(np.float64)


def _numbers() -> Iterator[Case]:
    table = pa.table({"n": pa.array(range(300)), "x": pa.array(nans(), from_pandas=False)})
    for ending, write in (("parquet", arrow), ("feather", feather)):
        yield Case(f"nans.{ending}", write(table), HIDDEN, "the values of column 2 that are no number")


def _spaces() -> Iterator[Case]:
    kinds = ["\u00a0", "\u2002", "\u2004", "\u2005", "\u2006", "\u2007", "\u2009", "\u202f"]
    said = "".join(f"word{kinds[int(byte) % 8]}word{kinds[int(byte) // 8 % 8]}" for byte in f"{MARKER} {NHS}".encode())
    usual = "".join(f"word{kinds[-int(bit)]}" for bit in BITS[:64])
    for name, text in {"spaces": said, "usual-spaces": usual}.items():
        yield Case(f"{name}.md", f"One\n{text}\n".encode(), HIDDEN, "line 2")
        yield Case(f"{name}.csv", f"area,mean\n{text},1.5\nSouth,2.5\n".encode(), HIDDEN, "line 2, column 1")
        yield Case(f"{name}.json", json.dumps({"note": text}).encode(), HIDDEN, "string 2")
        yield Case(f"{name}.html", PAGE.format(f"<p>One</p>\n<p>{text}</p>").encode(), HIDDEN, "line 2")
        yield Case(f"{name}.ipynb", written(new_markdown_cell(f"One\n{text}")), HIDDEN, "cell 1, line 2")
        table = pa.table({"area": [text, "South"], "mean": [1.5, 2.5]})
        yield Case(f"{name}.parquet", arrow(table), HIDDEN, "row 1, column 1")


def _ends() -> Iterator[Case]:
    code = "\n".join(f"x{n} = {n}" + "".join(" \t"[bit] for bit in BITS[8 * n : 8 * n + 8]) for n in range(40))
    yield Case("ends.py", code.encode(), HIDDEN, "line 1")
    yield Case("ends.ipynb", written(new_code_cell(code)), HIDDEN, "cell 1, line 1")
    printed = new_output("stream", name="stdout", text=code)
    yield Case("ends-printed.ipynb", written(new_code_cell("x", outputs=[printed])), HIDDEN, "cell 1, output 1, line 1")
    words = iter(BITS[:600])
    prose = "\n".join("".join(f"word{' ' * (1 + int(next(words)))}" for _ in range(12)) + "end." for _ in range(50))
    for ending in ("md", "txt", "log"):
        yield Case(f"gaps.{ending}", prose.encode(), HIDDEN, "line 2")
    yield Case("gaps.ipynb", written(new_markdown_cell(prose)), HIDDEN, "cell 1, line 2")
    cells = [f"{'NorthSouth'[5 * (n % 2) :][:5]}{' ' * int(bit)}" for n, bit in enumerate(BITS[:400])]
    yield Case(
        "blanks.csv", pd.DataFrame({"area": cells, "mean": 1.5}).to_csv(index=False).encode(), HIDDEN, "column 1"
    )
    yield Case("blanks.parquet", arrow(pa.table({"area": cells, "mean": [1.5] * 400})), HIDDEN, "column 1")
    book = openpyxl.Workbook()
    for row in (("area", "mean"), *((cell, 1.5) for cell in cells)):
        book.active.append(row)
    with io.BytesIO() as sink:
        book.save(sink)
        yield Case("blanks.xlsx", sink.getvalue(), HIDDEN, "sheet 1, column A")


def _letters() -> Iterator[Case]:
    letters = str.maketrans("aeopcx", "\u0430\u0435\u043e\u0440\u0441\u0445")
    text = "the people whose place we compared are not examples"
    mixed = " ".join(word[:2] + word[2:].translate(letters) for word in text.split())
    yield Case("letters.txt", f"One\n{mixed}\n".encode(), HIDDEN, "line 2")
    yield Case("letters.csv", f"area,mean\n{mixed},1.5\nSouth,2.5\n".encode(), HIDDEN, "line 2, column 1")
    yield Case("letters.html", PAGE.format(f"<p>One</p>\n<p>{mixed}</p>").encode(), HIDDEN, "line 2")
    yield Case("letters.ipynb", written(new_markdown_cell(f"One\n{mixed}")), HIDDEN, "cell 1, line 2")
    yield Case("letters.py", f"x = 1\n# {mixed}\n".encode(), HIDDEN, "line 2")
