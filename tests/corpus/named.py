"""Personal data in names: of files, sheets, columns, keys and parts, and in comments and properties."""

import io
import json
from collections.abc import Callable, Iterator

import openpyxl
import pandas as pd
import pikepdf
import pyarrow as pa
from nbformat.v4 import new_markdown_cell
from openpyxl.comments import Comment
from safetensors.numpy import save

from tests.corpus.case import MARKER, NHS, Case, counts, means
from tests.corpus.documents import archive
from tests.corpus.drawings import drawn
from tests.corpus.notebooks import written
from tests.corpus.pages import PAGE
from tests.corpus.pictures import figure, picture, saved
from tests.corpus.tables import arrow, feather, workbook

RULE = "pii.nhs-number"
SECRET = f"{MARKER} {NHS}"


def leaks() -> Iterator[Case]:
    for builder in (_files, _columns, _workbooks, _properties):
        for name, content, place in builder():
            yield Case(name, content, RULE, place, hidden=builder is _properties)


def twins() -> Iterator[Case]:
    yield Case("clean names of areas.csv", means().to_csv(index=False).encode())


def _files() -> Iterator[tuple[str, bytes, str]]:
    table = counts().to_csv(index=False).encode()
    yield f"{NHS}.csv", table, "name"
    yield f"{NHS.replace(' ', '_')}.txt", b"The model has three terms.\n", "name"
    yield f"figure-{NHS.replace(' ', '-')}.png", picture(), "name"
    yield f"book {NHS}.ipynb", written(new_markdown_cell("# Results")), "name"
    yield f"{NHS}.zzz", b"of no known kind", "name"
    yield "inner-name.zip", archive((f"out/{NHS}.csv", table)), "file 1 of the archive, its name"


def _columns() -> Iterator[tuple[str, bytes, str]]:
    frame = counts().rename(columns={"women": NHS})
    yield "header.csv", frame.to_csv(index=False).encode(), "line 1, column 2"
    yield "header.tsv", frame.to_csv(index=False, sep="\t").encode(), "line 1, column 2"
    yield "header.xlsx", _excel(frame), "sheet 1, cell B1"
    yield "header.html", PAGE.format(frame.to_html(index=False)).encode(), "table 1, row 1, column 2"
    yield "header.json", json.dumps({NHS: 250}).encode(), "string 1"
    table = pa.Table.from_pandas(frame, preserve_index=False)
    yield "header.parquet", arrow(table), "column 2, characters"
    yield "header.feather", feather(table), "column 2, characters"
    yield "tensor.safetensors", save({NHS: means()["n"].to_numpy()}), ""


def _excel(frame: pd.DataFrame) -> bytes:
    with io.BytesIO() as sink:
        frame.to_excel(sink, index=False)
        return sink.getvalue()


def _workbooks() -> Iterator[tuple[str, bytes, str]]:
    def named(book: openpyxl.Workbook) -> None:
        book.active.title = f"who {NHS}"

    yield "sheet-name.xlsx", workbook(named), "sheet 1, its name"


def _properties() -> Iterator[tuple[str, bytes, str]]:
    def property_(name: str) -> Callable[[openpyxl.Workbook], None]:
        return lambda book: setattr(book.properties, name, SECRET)

    def comment(book: openpyxl.Workbook) -> None:
        book.active["B2"].comment = Comment("seen", SECRET)

    for name in ("title", "keywords", "description", "lastModifiedBy"):
        yield f"property-{name}.xlsx", workbook(property_(name)), f"the properties: {name}"
    yield "comment-author.xlsx", workbook(comment), "comment on cell B2"
    table = pa.Table.from_pandas(counts(), preserve_index=False)
    for ending, write in (("parquet", arrow), ("feather", feather)):
        keyed = table.replace_schema_metadata({SECRET: "1"})
        yield f"key.{ending}", write(keyed), "the file's metadata"
    numbers = means()["n"].to_numpy()
    yield "metadata.safetensors", save({"n": numbers}, metadata={"who": SECRET}), ""
    yield "comment-only.jpg", saved(figure(), "jpg", comment=SECRET), "segment: comment"
    yield "comment-only.gif", saved(figure(), "gif", comment=SECRET.encode()), "block: comment"
    yield "text-only.png", picture(secret=SECRET), "text chunk 1"
    svg = drawn("svg", points=False)
    yield "title-only.svg", svg.replace(b"</svg>", f"<title>{SECRET}</title></svg>".encode()), "title"
    yield "meta.html", PAGE.format(f'\n<meta name="author" content="{SECRET}"><p>Fine.</p>').encode(), "line 2"
    yield "title-only.html", PAGE.replace("Results", SECRET, 1).format("<p>Fine.</p>").encode(), "line 1"
    yield "authors.ipynb", written(new_markdown_cell("# Results"), authors=[{"name": SECRET}]), "the metadata"
    for name in ("Title", "Keywords", "Subject"):
        with pikepdf.open(io.BytesIO(drawn("pdf", points=False))) as file, io.BytesIO() as sink:
            file.docinfo[f"/{name}"] = SECRET
            file.save(sink)
            yield f"property-{name}.pdf", sink.getvalue(), f"the properties: {name}"
