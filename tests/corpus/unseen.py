"""What readers do not see, in every format that can hide it: each leak has the place that must be named."""

import base64
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

import openpyxl
import pikepdf
import pyarrow as pa
import pyarrow.parquet as pq
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from openpyxl.styles import Font, PatternFill
from PIL import Image

from tests.corpus.case import MARKER, NHS, Case, counts
from tests.corpus.documents import archive
from tests.corpus.drawings import drawn
from tests.corpus.notebooks import shown, written
from tests.corpus.pages import PAGE
from tests.corpus.pictures import figure, picture, saved
from tests.corpus.tables import arrow, feather, workbook

HIDDEN = "artefact.hidden-content"
SECRET = f"{MARKER} {NHS}"
TAGGED = "".join(chr(0xE0000 + ord(c)) for c in SECRET)
SELECTED = "".join(chr(0xE0100 + byte - 16) for byte in SECRET.encode())
TURNED = f"\u202e{NHS[::-1]}\u202c"


def leaks() -> Iterator[Case]:
    for builder in (_cells, _pages, _drawings, _texts, _terminals, _archives, _parquet, _notebooks, _pdf, _pictures):
        yield from builder()


def twins() -> Iterator[Case]:
    def styled(book: openpyxl.Workbook) -> None:
        for cell in book.active[1]:
            cell.font, cell.fill = Font(color="FFFFFFFF", bold=True), PatternFill("solid", fgColor="FF1F4E79")
        for cell in book.active["B"][1:]:
            cell.number_format = "#,##0;-#,##0"

    yield Case("clean-styled.xlsx", workbook(styled))
    white = '<p style="color: white; background: navy">Results</p><div style="left: -1px; opacity: 0.8">More</div>'
    yield Case("clean-styled.html", PAGE.format(white + counts().to_html(index=False)).encode())
    bars = b"\r".join(f"{n}%|{'#' * (n // 10):10}| {n}/100".encode() for n in range(0, 101, 10))
    yield Case("clean-progress.log", b"fitting\n" + bars + b"\n\x1b[32mINFO\x1b[0m done\n")
    output = new_output("stream", name="stdout", text=bars.decode() + "\n\x1b[1mdone\x1b[0m\n")
    yield Case("clean-progress.ipynb", written(new_code_cell("fit()", outputs=[output])))
    yield Case(
        "clean-signs.txt",
        "Careful \u26a0\ufe0f: x\u0304 is 4.1, \u03c3 is 2.3 \u2013 \u201capproximately\u201d.\n".encode(),
    )
    indexed = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(counts()), indexed, write_page_index=True)
    yield Case("clean-indexed.parquet", indexed.getvalue())
    yield Case("clean-palette.png", saved(figure().quantize(16), "png"))


def _cells() -> Iterator[Case]:
    def styled(**style: object) -> bytes:
        def change(book: openpyxl.Workbook) -> None:
            for name, value in style.items():
                setattr(book.active["E1"], name, value)
            book.active["E1"] = SECRET

        return workbook(change)

    def narrow(book: openpyxl.Workbook) -> None:
        book.active["E1"] = SECRET
        book.active.column_dimensions["E"].width = 0.1

    def low(book: openpyxl.Workbook) -> None:
        book.active.append([SECRET, 400, 500])
        book.active.row_dimensions[5].height = 0.1

    def named(book: openpyxl.Workbook) -> None:
        book.active.title = NHS

    on_blue = {"font": Font(color="FF0000F0"), "fill": PatternFill("solid", fgColor="FF0000FF")}
    yield Case("white.xlsx", styled(font=Font(color="FFFFFFFF")), HIDDEN, "sheet 1, cell E1", hidden=True)
    yield Case("blue.xlsx", styled(**on_blue), HIDDEN, "sheet 1, cell E1", hidden=True)
    yield Case("tiny.xlsx", styled(font=Font(size=1)), HIDDEN, "sheet 1, cell E1", hidden=True)
    yield Case("format.xlsx", styled(number_format=";;;"), HIDDEN, "sheet 1, cell E1", hidden=True)
    yield Case("narrow.xlsx", workbook(narrow), HIDDEN, "sheet 1, column E", hidden=True)
    yield Case("low.xlsx", workbook(low), HIDDEN, "sheet 1, row 5", hidden=True)
    yield Case("title.xlsx", workbook(named), "pii.nhs-number", "sheet 1, its name")


def _pages() -> Iterator[Case]:
    styles = {
        "visibility": "visibility:hidden",
        "opacity": "opacity: 0.0",
        "ink": "color:#fefefe",
        "ground": "background-color: navy; color: #000080",
        "clear": "color: transparent",
        "size": "font-size:0px",
        "away": "position:absolute; left:-9999px",
        "indent": "text-indent: -9999px",
        "scaled": "transform: scale(0)",
        "escaped": r"d\69splay: none",
    }
    for name, style in styles.items():
        page = PAGE.format(f'<p>Fine.</p>\n<div style="{style}">who <b>{SECRET}</b></div><p>More.</p>')
        yield Case(f"unseen-{name}.html", page.encode(), HIDDEN, "line 2: an element that is not seen", hidden=True)
    for name, inner in {
        "attribute": f"<p hidden>{SECRET}</p>",
        "template": f"<template><p>{SECRET}</p></template>",
        "noscript": f"<noscript>{SECRET}</noscript>",
        "dialog": f"<dialog>{SECRET}</dialog>",
        "class": f'<style>.q7, p.z {{ display: none }}</style><p class="a q7">{SECRET}</p>',
        "id": f'<style>#q7 {{ color: white }}</style><p id="q7">{SECRET}</p>',
    }.items():
        page = PAGE.format(f"<p>Fine.</p>\n{inner}<p>More.</p>")
        yield Case(f"hidden-{name}.html", page.encode(), HIDDEN, "line 2: an element that is not seen", hidden=True)
    content = PAGE.format(f'<style>p::before {{ content: "{SECRET}" }}</style><p>Fine.</p>')
    yield Case("content.html", content.encode(), HIDDEN, "style sheet 1", hidden=True)
    for name in ("class", "id", "data-row"):
        page = PAGE.format(f'\n<p {name}="{NHS}">Fine.</p>')
        yield Case(f"word-{name}.html", page.encode(), "pii.nhs-number", "line 2, attribute of p", hidden=True)


def _drawings() -> Iterator[Case]:
    svg = drawn("svg", points=False)
    undrawn = "a text that is not drawn"
    for name, inner, place in (
        ("defs", f"<defs><text>{SECRET}</text></defs>", undrawn),
        ("none", f'<text x="9" y="9" style="display:none">{SECRET}</text>', undrawn),
        ("group", f'<g visibility="hidden"><text x="9" y="9">{SECRET}</text></g>', undrawn),
        ("clear", f'<text x="9" y="9" opacity="0">{SECRET}</text>', undrawn),
        ("fill", f'<text x="9" y="9" fill="none">{SECRET}</text>', undrawn),
        ("desc", f"<desc>{SECRET}</desc>", "desc"),
        ("title", f"<title>{SECRET}</title>", "title"),
        ("metadata", f"<metadata><a>{SECRET}</a></metadata>", "metadata"),
        ("data", f'<rect width="1" height="1" data-who="{SECRET}"/>', "an attribute"),
    ):
        yield Case(f"{name}.svg", svg.replace(b"</svg>", f"{inner}</svg>".encode()), HIDDEN, place, hidden=True)
    named = svg.replace(b"</svg>", f'<g id="{NHS}"/><style>/* {NHS} */</style></svg>'.encode())
    yield Case("id.svg", named, "pii.nhs-number", "an attribute", hidden=True)


def _texts() -> Iterator[Case]:
    for name, hidden in (
        ("tags", TAGGED),
        ("selectors", SELECTED),
        ("width", "\u200b\u2060\u200d"),
        ("turned", TURNED),
    ):
        rule, place = (HIDDEN, "line 2") if name == "width" else ("pii.nhs-number", "line 2, what is not seen")
        yield Case(f"{name}.txt", f"One\ntwo{hidden}\n".encode(), rule, place, hidden=name != "turned")
        cell = place.replace("line 2", "line 2, column 1")
        yield Case(f"{name}.csv", f"area,n\nNorth{hidden},120\nSouth,340\n".encode(), rule, cell, hidden=True)
        cell = place.replace("line 2", "row 1, column 1")
        table = pa.table({"area": [f"North{hidden}", "South"], "n": [120, 340]})
        for ending, write in (("parquet", arrow), ("feather", feather)):
            yield Case(f"{name}.{ending}", write(table), rule, cell, hidden=True)
        cell = place.replace("line 2", "string 2")
        yield Case(f"{name}.json", json.dumps({"note": f"North{hidden}"}).encode(), rule, cell, hidden=True)
        cell = place.replace("line 2", "cell 1, line 2")
        yield Case(f"{name}.ipynb", written(new_markdown_cell(f"One\ntwo{hidden}")), rule, cell, hidden=True)


def _terminals() -> Iterator[Case]:
    unseen = f"pub\x1b[8m{SECRET}\x1b[0m lic"
    for name, text, rule in (
        ("over", f"{SECRET}\r{'public' * 5}", "pii.nhs-number"),
        ("back", SECRET + "\b" * len(SECRET) + "public", "pii.nhs-number"),
        ("concealed", unseen, HIDDEN),
        ("coloured", f"\x1b[38;5;21;48;2;0;0;250m{SECRET}\x1b[0m", HIDDEN),
        ("moved", f"{SECRET}\x1b[{len(SECRET)}D{'public' * 5}", HIDDEN),
        ("link", f"\x1b]8;;https://example.org/{SECRET}\x07link\x1b]8;;\x07", HIDDEN),
    ):
        spot = "line 2 (written over)" if rule != HIDDEN else "line 2 (not shown)"
        yield Case(f"terminal-{name}.log", f"One\n{text}\n".encode(), rule, spot, hidden=True)
        stream = new_output("stream", name="stdout", text=f"One\n{text}\n")
        place = f"cell 1, output 1, {spot}"
        yield Case(f"terminal-{name}.ipynb", written(new_code_cell("x", outputs=[stream])), rule, place, hidden=True)
    plain = written(shown({"text/plain": unseen}))
    yield Case("terminal-plain.ipynb", plain, HIDDEN, "cell 1, output 1, line 1 (not shown)", hidden=True)


def _archives() -> Iterator[Case]:
    table = counts().to_csv(index=False).encode()
    info = zipfile.ZipInfo("a.csv")
    info.extra = struct.pack("<HH", 0x9999, len(SECRET)) + SECRET.encode()
    with io.BytesIO() as sink:
        with zipfile.ZipFile(sink, "w") as made:
            made.writestr(info, table)
        extra = sink.getvalue()
    yield Case("extra.zip", extra, "artefact.left-over", "")
    noted = zipfile.ZipInfo("a.csv")
    noted.comment = SECRET.encode()
    with io.BytesIO() as sink:
        with zipfile.ZipFile(sink, "w") as made:
            made.writestr(noted, table)
        yield Case("entry-comment.zip", sink.getvalue(), "artefact.left-over", "")
    plain = archive(("a.csv", table))
    yield Case("after.zip", plain + SECRET.encode(), "artefact.left-over", "")
    yield Case("gap.zip", _moved(plain, SECRET.encode(), described=False), "artefact.left-over", "")
    yield Case("packed.zip", _moved(plain, SECRET.encode(), described=True), "artefact.left-over", "")
    yield Case("name.zip", archive((f"{NHS}.csv", table)), "pii.nhs-number", "file 1 of the archive, its name")


def _moved(plain: bytes, gap: bytes, *, described: bool) -> bytes:
    """An archive of one file with bytes after what it packs: inside the entry, or between it and the list."""
    at, end = plain.rindex(b"PK\x01\x02"), plain.rindex(b"PK\x05\x06")
    head, listed, last = bytearray(plain[:at]), bytearray(plain[at:end]), bytearray(plain[end:])
    struct.pack_into("<L", last, 16, at + len(gap))
    if described:
        for part, place in ((head, 18), (listed, 20)):
            struct.pack_into("<L", part, place, struct.unpack_from("<L", part, place)[0] + len(gap))
    return bytes(head) + gap + bytes(listed) + bytes(last)


def _parquet() -> Iterator[Case]:
    plain = arrow(pa.Table.from_pandas(counts(), preserve_index=False))
    meta = pq.ParquetFile(pa.BufferReader(plain)).metadata
    foot = len(plain) - 8 - meta.serialized_size
    yield Case("tail.parquet", plain[:foot] + SECRET.encode() + plain[foot:], HIDDEN, "after the columns", hidden=True)
    with io.BytesIO() as sink:
        pq.write_table(pa.table({"n": [120, 340]}), sink, use_dictionary=False, compression="none")
        bare = sink.getvalue()
    meta = pq.ParquetFile(pa.BufferReader(bare)).metadata.row_group(0).column(0)
    start, size = meta.data_page_offset, meta.total_compressed_size
    # The page is copied to a later place, and the footer, whose numbers are varints of one length, points to the copy.
    gap = bare[4 : start + size] + SECRET.encode()
    moved = _varint(2 * start), _varint(2 * (start + len(gap)))
    foot = bare[start + size :].replace(b"\x26" + moved[0], b"\x26" + moved[1])
    grown = len(foot) - len(bare[start + size :])
    foot = foot[:-8] + struct.pack("<I", struct.unpack("<I", foot[-8:-4])[0] + grown) + foot[-4:]
    yield Case(
        "gap.parquet", bare[:4] + gap + bare[4 : start + size] + foot, HIDDEN, "between the columns", hidden=True
    )


def _varint(number: int) -> bytes:
    parts = []
    while number >= 0x80:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def _notebooks() -> Iterator[Case]:
    cell = new_markdown_cell("# Results", id=NHS.replace(" ", "-"))
    yield Case("id.ipynb", written(cell), "pii.nhs-number", "cell 1, its id", hidden=True)
    cell = new_markdown_cell("# Results", metadata={"tags": [NHS]})
    yield Case("cell-metadata.ipynb", written(cell), "pii.nhs-number", "cell 1, metadata", hidden=True)
    kernel = written(new_markdown_cell("# Results"), kernelspec={"name": "python3", "display_name": NHS})
    yield Case("kernel.ipynb", kernel, "pii.nhs-number", "the metadata", hidden=True)
    page = shown({"text/html": f'<p>Fine.</p><p style="display:none">{SECRET}</p>'})
    place = "cell 1, output 1 (text/html), line 1: an element that is not seen"
    yield Case("unseen-html.ipynb", written(page), HIDDEN, place, hidden=True)


def _pdf() -> Iterator[Case]:
    def said(before: str = "", after: str = "", place: str = "20 20") -> Callable[[pikepdf.Pdf], None]:
        def change(file: pikepdf.Pdf) -> None:
            page = file.pages[0]
            kind = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1)
            kind.BaseFont = pikepdf.Name.Helvetica
            page.Resources.Font = pikepdf.Dictionary(F9=kind)
            layer = pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("layer"))
            layer = file.make_indirect(layer)
            page.Resources.Properties = pikepdf.Dictionary(L9=layer)
            off = pikepdf.Dictionary(OFF=pikepdf.Array([layer]))
            if "/L9" in before:
                file.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([layer]), D=off)
            page.contents_add(f"{before} BT /F9 12 Tf {place} Td (patient {NHS}) Tj ET {after}".encode())

        return change

    def cropped(file: pikepdf.Pdf) -> None:
        file.pages[0].CropBox = pikepdf.Array([60, 60, 300, 250])
        said()(file)

    for name, change in (
        ("white", said("q 1 g", "Q")),
        ("outside", said(place="20 -400")),
        ("layer", said("/OC /L9 BDC", "EMC")),
        ("cropped", cropped),
        ("one-point", said("q 0.001 0 0 0.001 0 0 cm", "Q")),
    ):
        with pikepdf.open(io.BytesIO(drawn("pdf", points=False))) as file, io.BytesIO() as sink:
            change(file)
            file.save(sink)
            yield Case(f"{name}.pdf", sink.getvalue(), "pii.nhs-number", "page 1, line", hidden=True)


def _pictures() -> Iterator[Case]:
    plain = picture()
    end = plain.rindex(b"IEND") - 4

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    for kind in (b"zTXt", b"iTXt", b"prVt"):
        body = {b"zTXt": b"who\0\0" + zlib.compress(SECRET.encode()), b"iTXt": b"who\0\0\0\0\0" + SECRET.encode()}
        made = plain[:end] + chunk(kind, body.get(kind, SECRET.encode())) + plain[end:]
        place = "of another kind" if kind == b"prVt" else kind.decode()
        yield Case(f"chunk-{kind.decode()}.png", made, HIDDEN, f"chunks {place}", hidden=True)
    at = plain.index(b"IDAT") - 4
    pixels = b"".join(_chunks(plain, b"IDAT"))
    after = plain[:at] + chunk(b"IDAT", pixels + SECRET.encode()) + chunk(b"IEND", b"")
    yield Case("after-pixels.png", after, HIDDEN, "after the packed pixels", hidden=True)
    colours = Image.new("P", (40, 40), 0)
    colours.putpalette([255, 255, 255, *SECRET.encode(), *b"  "[: -len(SECRET) % 3]])
    yield Case("palette.png", saved(colours, "png"), HIDDEN, "the palette", hidden=True)
    noted = base64.b64encode(plain[:end] + chunk(b"prVt", SECRET.encode()) + plain[end:]).decode()
    page = PAGE.format(f'<p>Fine.</p><img src="data:image/png;base64,{noted}">')
    yield Case("picture.html", page.encode(), HIDDEN, "picture 1, chunks of another kind", hidden=True)


def _chunks(content: bytes, wanted: bytes) -> Iterator[bytes]:
    at = 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        if content[at + 4 : at + 8] == wanted:
            yield content[at + 8 : at + 8 + length]
        at += 12 + length
