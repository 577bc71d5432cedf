"""What a person sees of a file that no browser shows by itself: tables as csv, pages as pictures, archives unpacked.

Everything in the file is told: a cell, page or file inside that is left out would be approved unseen.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import openpyxl
import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet as pq
from msgspec.structs import replace

from disclosure_control.core.content import ContentBuilder, Part
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.location import letters
from disclosure_control.formats import zip_file
from disclosure_control.formats.archive import entries
from disclosure_control.formats.documents import pdf
from disclosure_control.formats.models import safetensors_file, skops_file
from disclosure_control.formats.models.skops.outline import outline, sheets
from disclosure_control.formats.registry import by_name
from disclosure_control.formats.tabular import feather, parquet, xlsx

_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
_DEEPEST: Final = 3


def parts_of(content: bytes, media_type: str) -> list[Part]:
    """The parts of a rebuilt file, in its order.

    Raises:
        Unreadable: it is of no kind that is told in parts, or not what it should be.
    """
    return _parts(content, media_type, 0)


def _parts(content: bytes, media_type: str, depth: int) -> list[Part]:
    tell = _TELLS.get(media_type)
    if tell is None:
        raise Unreadable("Files of this kind are not shown in parts.")
    try:
        return list(tell(content, depth))
    except Unreadable:
        raise
    except Exception as error:  # the edge: whatever a library does with the bytes is an answer about them
        raise Unreadable("It cannot be shown.") from error


def _parquet(content: bytes, _: int) -> Iterable[Part]:
    yield _table("", pq.read_table(io.BytesIO(content)))


def _feather(content: bytes, _: int) -> Iterable[Part]:
    with pa.ipc.open_file(pa.BufferReader(content)) as file:
        yield _table("", file.read_all())


def _table(name: str, table: pa.Table) -> Part:
    with io.BytesIO() as sink:
        pyarrow.csv.write_csv(table, sink)
        return Part(name, table=sink.getvalue().decode())


def _workbook(content: bytes, _: int) -> Iterable[Part]:
    """Every sheet below the other in one table, with the sheet's name and the row's number in front."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    width = max((sheet.max_column for sheet in book.worksheets), default=0)
    with io.StringIO(newline="") as sink:
        writer = csv.writer(sink, lineterminator="\n")
        writer.writerow(["sheet", "row", *(letters(n) for n in range(1, width + 1))])
        for sheet in book.worksheets:
            for i, row in enumerate(sheet.iter_rows(values_only=True), 1):
                cells: Sequence[Any] = ["" if value is None else value for value in row]
                writer.writerow([sheet.title, i, *cells, *[""] * (width - len(cells))])
        yield Part("", table=sink.getvalue())


def _pages(content: bytes, _: int) -> Iterable[Part]:
    for n, picture in enumerate(pdf.pages(content, ContentBuilder()), 1):
        with io.BytesIO() as sink:
            picture[0].save(sink, "PNG")
            yield Part(f"Page {n}", picture=sink.getvalue())


def _archive(content: bytes, depth: int) -> Iterable[Part]:
    for name, data in entries(content).items():
        yield from _inside(name, data, depth + 1)


def _inside(name: str, data: bytes, depth: int) -> Iterable[Part]:
    """One file of an archive; what cannot be shown is said, never left out."""
    kind = by_name(name)
    media_type = kind.media_type if kind is not None else ""
    if media_type in _PICTURES:
        yield Part(name, picture=data, media_type=media_type)
    elif media_type in _TELLS and depth < _DEEPEST:
        try:
            for part in _parts(data, media_type, depth):
                yield replace(part, name=f"{name}: {part.name}" if part.name else name)
        except Unreadable as error:
            yield Part(name, lost=error.message)
    else:
        try:
            yield Part(name, text=data.decode())
        except UnicodeDecodeError:
            yield Part(name, lost="It is no text, and cannot be shown.")


def _arrays(content: bytes, _: int) -> Iterable[Part]:
    yield Part("The arrays", text=safetensors_file.listed(content))
    yield Part("Their numbers", lost="They are not shown: judge the file by what it is of, or refuse it.")


def _model(content: bytes, _: int) -> Iterable[Part]:
    """Every part of a model in its order, then each of its arrays and trees as a table."""
    model = skops_file.model_of(content)
    yield Part("The model", text="\n".join(outline(model)))
    for where, lines in sheets(model):
        with io.StringIO(newline="") as sink:
            csv.writer(sink, lineterminator="\n").writerows(lines)
            yield Part(str(where), table=sink.getvalue())


_TELLS: Final[Mapping[str, Callable[[bytes, int], Iterable[Part]]]] = {
    parquet.MEDIA_TYPE: _parquet,
    feather.MEDIA_TYPE: _feather,
    xlsx.MEDIA_TYPE: _workbook,
    pdf.MEDIA_TYPE: _pages,
    zip_file.MEDIA_TYPE: _archive,
    safetensors_file.MEDIA_TYPE: _arrays,
    skops_file.MEDIA_TYPE: _model,
}
