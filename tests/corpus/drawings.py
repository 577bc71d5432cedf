"""SVG and PDF figures."""

import io
from collections.abc import Iterator

import matplotlib as mpl
import pikepdf
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from tests.corpus.case import MARKER, NHS, Case, people


def drawn(kind: str, *, points: bool, text: str = "") -> bytes:
    """A figure of matplotlib's: the points of people, or bars."""
    made = Figure(figsize=(5, 4))
    FigureCanvasAgg(made)
    axes = made.add_subplot()
    if points:
        axes.scatter(people()["age"], people()["pay"])
    else:
        axes.bar(["North", "South"], [250, 650])
    if text:
        axes.text(0.1, 100, text)
    with mpl.rc_context({"svg.fonttype": "none", "pdf.fonttype": 42}), io.BytesIO() as sink:
        made.savefig(sink, format=kind)
        return sink.getvalue()


def leaks() -> Iterator[Case]:
    hidden = "artefact.hidden-content"
    svg = drawn("svg", points=False)
    yield Case("points.svg", drawn("svg", points=True), "figure.points", "the drawing")
    yield Case("text.svg", drawn("svg", points=False, text=f"patient {NHS}"), "pii.nhs-number", "element")
    comment = svg.replace(b"</svg>", f"<!-- {MARKER} {NHS} --></svg>".encode())
    yield Case("comment.svg", comment, hidden, "a comment", hidden=True)
    away = svg.replace(b"</svg>", f'<text x="-900" y="10">{MARKER} {NHS}</text></svg>'.encode())
    yield Case("outside.svg", away, "pii.nhs-number", "element", hidden=True)
    script = svg.replace(b"</svg>", f"<script>var x = '{MARKER}'</script></svg>".encode())
    yield Case("script.svg", script, "artefact.active-content", "script", hidden=True)
    link = svg.replace(b"</svg>", f'<image href="file:///etc/{MARKER}.png"/></svg>'.encode())
    yield Case("reference.svg", link, hidden, "a reference", hidden=True)
    entity = b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    yield Case("entity.svg", entity, "artefact.active-content", "")
    yield from _pdf()


def _pdf() -> Iterator[Case]:
    hidden = "artefact.hidden-content"
    yield Case("points.pdf", drawn("pdf", points=True), "figure.points", "page 1")
    yield Case("text.pdf", drawn("pdf", points=False, text=f"patient {NHS}"), "pii.nhs-number", "page 1, line")

    def attachment(file: pikepdf.Pdf) -> None:
        rows = f"who\n{MARKER} {NHS}\n".encode()
        file.attachments["rows.csv"] = pikepdf.AttachedFileSpec(file, rows, filename="rows.csv")

    def author(file: pikepdf.Pdf) -> None:
        file.docinfo["/Author"] = MARKER

    def unseen(file: pikepdf.Pdf) -> None:
        page = file.pages[0]
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources.Font = pikepdf.Dictionary(F9=font)
        page.contents_add(f"BT /F9 12 Tf 3 Tr 20 20 Td (patient {NHS}) Tj ET".encode())

    def note(file: pikepdf.Pdf) -> None:
        kind = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text)
        kind.Rect, kind.Contents = pikepdf.Array([0, 0, 9, 9]), pikepdf.String(MARKER)
        file.pages[0].Annots = pikepdf.Array([file.make_indirect(kind)])

    def program(file: pikepdf.Pdf) -> None:
        file.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f"app.alert('{MARKER}')")

    for name, change, rule, place in (
        ("attachment", attachment, hidden, "attachment 1"),
        ("author", author, hidden, "properties: Author"),
        ("unseen", unseen, "pii.nhs-number", "page 1, line"),
        ("note", note, hidden, "page 1, note 1"),
        ("program", program, "artefact.active-content", "an action"),
    ):
        yield Case(f"{name}.pdf", _changed(change), rule, place, hidden=True)
    plain = drawn("pdf", points=False)
    yield Case("left-over.pdf", plain + f"{MARKER} {NHS}".encode(), "artefact.left-over", "after the end", hidden=True)
    old = plain + f"\n9999 0 obj ({MARKER}) endobj\nstartxref\n0\n%%EOF\n".encode()
    yield Case("versions.pdf", old, hidden, "before the last change", hidden=True)


def _changed(change) -> bytes:
    with pikepdf.open(io.BytesIO(drawn("pdf", points=False))) as file, io.BytesIO() as sink:
        change(file)
        file.save(sink)
        return sink.getvalue()


def twins() -> Iterator[Case]:
    yield Case("clean.svg", drawn("svg", points=False))
    yield Case("clean.pdf", drawn("pdf", points=False))
