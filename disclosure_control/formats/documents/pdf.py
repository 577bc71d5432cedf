"""PDF: every page's text and marks read, what hides beside the pages named, and the pages rebuilt as pictures.

A PDF can keep earlier versions, attachments, layers, notes and text that is not drawn. What would be released are its
pages as they are seen.
"""

import io
import re
from typing import Any, Final

import pikepdf
import pypdfium2 as pdfium
from PIL import Image

from disclosure_control.core.content import ContentBuilder, FileContent
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import make_finding, refusal
from disclosure_control.core.location import Location
from disclosure_control.formats.documents.pdf_marks import note_marks
from disclosure_control.formats.images.entropy import note_dense
from disclosure_control.formats.images.raster import flattened, levelled
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.strings import printable
from disclosure_control.formats.text.invisible import visible

MEDIA_TYPE: Final = "application/pdf"
_MAX_PAGES: Final = 200
_DOTS: Final = 150  # per inch
_MAX_PIXELS: Final = 12_000_000  # a page
_MAX_PICTURES: Final = 600_000_000  # pixels of all pages
_END: Final = re.compile(rb"%%EOF[\r\n \t]*")
_CATALOGUE: Final = {
    "/OpenAction": ("artefact.active-content", "an action when it is opened"),
    "/AA": ("artefact.active-content", "actions"),
    "/AcroForm": ("artefact.hidden-content", "a form"),
    "/OCProperties": ("artefact.hidden-content", "layers that can be turned off"),
    "/Metadata": ("artefact.hidden-content", "metadata"),
    "/PieceInfo": ("artefact.hidden-content", "data of a program"),
    "/Collection": ("artefact.hidden-content", "a collection of files"),
    "/AF": ("artefact.hidden-content", "associated files"),
    "/Outlines": ("artefact.hidden-content", "bookmarks"),
}
_PROPERTIES: Final = ("/Author", "/Title", "/Subject", "/Keywords", "/Creator", "/Producer")
_TOOLS: Final = re.compile(
    r"(?i)(matplotlib|cairo|skia/pdf|chromium|r graphics|ghostscript|pdf backend|pikepdf|https?|\.org|v\d"
    r"|[\s\d.,/:;()+-])*"
)
_BAD: Final = (
    pikepdf.PdfError,
    pdfium.PdfiumError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    OSError,
    RuntimeError,
    OverflowError,
)


def examine(content: bytes, inside: NestedFiles) -> FileContent:
    """Read a PDF that may be anybody's.

    Raises:
        Unreadable: it cannot be read within the limits, or needs a password.
    """
    reading = ContentBuilder()
    _edges(content, reading)
    try:
        with pikepdf.open(io.BytesIO(content)) as file:
            if file.is_encrypted:
                raise Unreadable("The file is encrypted.", hint="Save it without a password.")
            _beside(file, reading, inside)
            note_marks(file, reading)
        drawn = pages(content, reading)
        for n, (image, _, _) in enumerate(drawn, 1):
            note_dense(image, f"page {n}", reading)
        clean = _rebuilt(drawn)
    except pikepdf.PasswordError as error:
        raise Unreadable("The file is encrypted.", hint="Save it without a password.") from error
    except RecursionError as error:
        raise Unreadable("The file is nested too deeply.", rule="artefact.too-big") from error
    except Unreadable:
        raise
    except _BAD as error:
        raise Unreadable("The file cannot be read to its end.") from error
    return reading.done(MEDIA_TYPE, clean)


def _edges(content: bytes, reading: ContentBuilder) -> None:
    """Bytes around the file, and earlier versions inside it."""
    ends = [match.end() for match in _END.finditer(content)]
    if not ends:
        raise Unreadable("The file has no end.")
    if ends[-1] != len(content):
        reading.findings.append(
            make_finding("artefact.left-over", "after the end of the file", bytes=len(content) - ends[-1])
        )
        reading.text("after the end of the file", printable(content[ends[-1] :]))
    linear = b"/Linearized" in content[:1024]
    if len(ends) > (2 if linear else 1):
        reading.hidden("before the last change", "The file keeps earlier versions of itself.")


def _beside(file: pikepdf.Pdf, reading: ContentBuilder, inside: NestedFiles) -> None:
    """What lies beside the pages."""
    for key, value in file.docinfo.items():
        if key not in ("/CreationDate", "/ModDate") and not _TOOLS.fullmatch(str(value)):
            reading.hidden(f"the properties: {key.strip('/') if key in _PROPERTIES else 'another'}", text=str(value))
    for key, (rule, words) in _CATALOGUE.items():
        if key in file.Root:
            reading.findings.append(make_finding(rule, f"the file: {words}"))
            reading.text(f"the file: {words}", _said(file.Root[key]))
    names = file.Root.get("/Names")
    if names is not None and "/JavaScript" in names:
        reading.findings.append(make_finding("artefact.active-content", "the file: a program"))
    for i, attached in enumerate(file.attachments.values(), 1):
        _attachment(attached, f"attachment {i}", reading, inside)
    for n, page in enumerate(file.pages, 1):
        _notes(page, n, reading)


def _attachment(attached: Any, where: str, reading: ContentBuilder, inside: NestedFiles) -> None:
    reading.hidden(where, "A file is attached.")
    try:
        reading.absorb(inside.examine(attached.filename, attached.get_file().read_bytes()), where)
    except Unreadable as error:
        reading.findings.append(refusal(error, where))


def _notes(page: pikepdf.Page, n: int, reading: ContentBuilder) -> None:
    notes = page.obj.get("/Annots")
    for i, note in enumerate(list(notes) if isinstance(notes, pikepdf.Array) else [], 1):
        said = " ".join(str(note.get(key, "")) for key in ("/Contents", "/T", "/Subj", "/RC"))
        reading.hidden(f"page {n}, note {i}", text=f"{said} {_said(note.get('/A'))}")


def _said(value: Any) -> str:
    """What stands in an object, as far as it is text."""
    if isinstance(value, pikepdf.Stream):
        return printable(value.read_bytes())
    if isinstance(value, pikepdf.Dictionary):
        return " ".join(str(inner) for inner in value.values() if isinstance(inner, pikepdf.String))
    return str(value) if isinstance(value, pikepdf.String) else ""


def pages(content: bytes, reading: ContentBuilder) -> list[tuple[Image.Image, float, float]]:
    """Each page as it is seen, with its size in points.

    Raises:
        Unreadable: there are too many pages, or one is too large to draw.
    """
    drawn: list[tuple[Image.Image, float, float]] = []
    pixels = 0
    document = pdfium.PdfDocument(content)
    try:
        if len(document) > _MAX_PAGES:
            raise Unreadable("The file has too many pages.", rule="artefact.too-big")
        if not len(document):
            reading.findings.append(make_finding("artefact.empty"))
        for n, page in enumerate(document, 1):
            width, height = page.get_size()
            scale = _DOTS / 72
            if not (0 < width < 1e5 and 0 < height < 1e5):
                raise Unreadable(f"Page {n} has no size that can be drawn.", rule="artefact.too-big")
            scale = min(scale, (_MAX_PIXELS / (width * height)) ** 0.5)
            pixels += int(width * height * scale * scale)
            if pixels > _MAX_PICTURES:
                raise Unreadable("The pages are too large.", rule="artefact.too-big")
            said = page.get_textpage().get_text_range()
            for i, line in enumerate(said.splitlines(), 1):
                reading.text(Location(part=(f"page {n}",), line=i), visible(line))
            picture = page.render(scale=scale, draw_annots=False).to_pil().convert("RGBA")
            drawn.append((levelled(flattened(picture)), width, height))
    finally:
        document.close()
    return drawn


def _rebuilt(drawn: list[tuple[Image.Image, float, float]]) -> bytes:
    """A file of pictures, one a page, and nothing else."""
    file = pikepdf.new()
    for image, width, height in drawn:
        picture = pikepdf.Stream(file, image.tobytes())
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        picture.Width, picture.Height = image.size
        picture.ColorSpace, picture.BitsPerComponent = pikepdf.Name.DeviceRGB, 8
        page = pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=[0, 0, round(width, 2), round(height, 2)],
            Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=file.make_indirect(picture))),
            Contents=pikepdf.Stream(file, f"{width:.2f} 0 0 {height:.2f} 0 0 cm /P Do".encode()),
        )
        file.pages.append(pikepdf.Page(page))
    with io.BytesIO() as sink:
        file.save(sink, compress_streams=True, recompress_flate=True, deterministic_id=True)
        return sink.getvalue()
