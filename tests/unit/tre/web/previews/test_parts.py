"""Files that no browser shows by itself: everything in them is shown, and nothing of them runs."""

import io
import zipfile

import openpyxl
import pandas as pd
import pytest
from PIL import Image

from disclosure_control.formats.sniff import examine
from tests.furnished import picture
from tre.airlock.request import RequestFile
from tre.web.previews import frame
from tre.web.previews.evidence import Behind
from tre.web.previews.parts import Parts, table

pytestmark = pytest.mark.slow


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "North"
    book.active.append(["area", "people"])
    book.active.append(["N<b>E</b>", 40])
    book.create_sheet("South").append([None, 'a note, with "marks"'])
    with io.BytesIO() as sink:
        book.save(sink)
        return sink.getvalue()


def pdf() -> bytes:
    with io.BytesIO() as sink:
        pages = [Image.new("RGB", (60, 40), colour) for colour in ("red", "blue")]
        pages[0].save(sink, "PDF", save_all=True, append_images=pages[1:])
        return sink.getvalue()


def archive(files: dict[str, bytes]) -> bytes:
    with io.BytesIO() as sink:
        with zipfile.ZipFile(sink, "w") as packed:
            for name, data in files.items():
                packed.writestr(name, data)
        return sink.getvalue()


def shown(name: str, content: bytes) -> tuple[RequestFile, bytes]:
    """A file as the airlock keeps it: rebuilt, under the media type that the check found."""
    examined = examine(name, content)
    assert examined.clean is not None
    digest = f"sha256:{name}"
    return RequestFile(name, digest, len(content), clean_digest=digest, media_type=examined.media_type), examined.clean


TABLE = pd.DataFrame({"area": ["N", "S,E"], "people": [40, 51], "share": [0.5, None]})


@pytest.mark.parametrize(("ending", "write"), [("parquet", "to_parquet"), ("feather", "to_feather")])
def test_a_table_of_arrow_is_shown_as_a_table(ending, write, tmp_path):
    getattr(TABLE, write)(tmp_path / "t")
    file, clean = shown(f"table.{ending}", (tmp_path / "t").read_bytes())
    assert frame.kind(file) == "table"
    told = pd.read_csv(io.BytesIO(table(file.media_type, clean)))
    pd.testing.assert_frame_equal(told, TABLE)


def test_every_sheet_of_a_workbook_is_in_its_table():
    file, clean = shown("book.xlsx", workbook())
    assert frame.kind(file) == "table"
    told = pd.read_csv(io.BytesIO(table(file.media_type, clean)), dtype=str)
    assert told.columns.tolist() == ["sheet", "row", "A", "B"]
    assert told.fillna("").to_numpy().tolist() == [
        ["North", "1", "area", "people"],
        ["North", "2", "N<b>E</b>", "40"],
        ["South", "1", "", 'a note, with "marks"'],
    ]


def test_each_page_of_a_pdf_is_a_picture():
    file, clean = shown("figure.pdf", pdf())
    text, policy = frame.document(file, clean, Behind())
    assert frame.kind(file) == "parts"
    assert text.count('<img src="data:image/png;base64,') == 2
    assert "script-src" not in policy
    pages = [part.picture or b"" for part in Parts().of(file.clean_digest, file.media_type, clean)]
    colours = [Image.open(io.BytesIO(page)).convert("RGB").getpixel((9, 9)) for page in pages]
    assert [max(range(3), key=lambda i: colour[i]) for colour in colours] == [0, 2]


def test_every_file_of_an_archive_is_shown():
    files = {
        "a/notes.md": b"<script>alert(1)</script>",
        "t.csv": b"area,people\nN,40\n",
        "p.png": picture(),
    }
    file, clean = shown("all.zip", archive({**files, "book.xlsx": workbook()}))
    text, _ = frame.document(file, clean, Behind())
    for part in ("a/notes.md", "t.csv", "p.png", "book.xlsx", "N,40", "a note, with", "&lt;script&gt;", "<img src="):
        assert part in text
    assert "<script>alert" not in text
    assert "N&lt;b&gt;E" in text


def test_what_cannot_be_read_is_said_to_be_unseen():
    file = RequestFile("t.parquet", "d", 4, clean_digest="d", media_type="application/vnd.apache.parquet")
    with pytest.raises(ValueError, match="could not be read"):
        Parts().of("d", file.media_type, b"no parquet")
    broken = RequestFile("f.pdf", "d", 4, clean_digest="d", media_type="application/pdf")
    text, _ = frame.document(broken, b"no pdf", Behind())
    assert "nothing that could be shown" in text
