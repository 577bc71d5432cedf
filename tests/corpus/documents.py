"""Word, PowerPoint and ZIP archives."""

import io
import zipfile
from collections.abc import Iterator

import docx
import pptx
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from tests.corpus.case import MARKER, NHS, Case, counts


def word(*, hidden: bool) -> bytes:
    document = docx.Document()
    document.add_paragraph("Mean age was 41.2.")
    if hidden:
        run = document.add_paragraph("And: ").add_run(f"{MARKER} {NHS}")
        run.font.hidden = True
    with io.BytesIO() as sink:
        document.save(sink)
        return sink.getvalue()


def slides() -> bytes:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.notes_slide.notes_text_frame.text = f"{MARKER} {NHS}"
    data = CategoryChartData()
    data.categories = ["North", "South"]
    data.add_series("n", (3, 40))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(1), Inches(4), Inches(3), data)
    with io.BytesIO() as sink:
        show.save(sink)
        return sink.getvalue()


def archive(*files: tuple[str, bytes], comment: bytes = b"") -> bytes:
    with io.BytesIO() as sink:
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as made:
            for name, content in files:
                made.writestr(name, content)
            made.comment = comment
        return sink.getvalue()


def leaks() -> Iterator[Case]:
    yield Case("hidden.docx", word(hidden=True), "artefact.hidden-content", "hidden or deleted text")
    yield Case("plain.docx", word(hidden=False), "artefact.denied", "the whole file")
    yield Case("notes.pptx", slides(), "artefact.hidden-content", "speaker's notes")
    yield Case("workbook.pptx", slides(), "table.small-count", "an embedded workbook, sheet 1, cell B2")
    table = counts().to_csv(index=False).encode()
    nested = archive(("inner.zip", archive(("a.csv", table))))
    yield Case("nested.zip", nested, "artefact.denied", "file 1 of the archive")
    yield Case("comment.zip", archive(("a.csv", table), comment=MARKER.encode()), "artefact.left-over", "")
    inside = archive(("a.csv", table), ("b.csv", b"area,n\nN,3\n"))
    yield Case("small.zip", inside, "table.small-count", "file 2 of the archive, line 2")
    yield Case("pickle.zip", archive(("a.pkl", b"\x80\x04N.")), "artefact.denied", "file 1 of the archive")
    yield Case("before.zip", MARKER.encode() + archive(("a.csv", table)), "artefact.mismatch", "")
    bomb = archive(*((f"{i}.csv", b"0" * 90_000_000) for i in range(4)))
    yield Case("bomb.zip", bomb, "artefact.too-big", "")


def twins() -> Iterator[Case]:
    yield Case("clean.zip", archive(("a.csv", counts().to_csv(index=False).encode()), ("notes.md", b"# Results\n")))
