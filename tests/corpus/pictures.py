"""PNG, JPEG, WebP and GIF."""

import io
from collections.abc import Iterator

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image, PngImagePlugin

from tests.corpus.case import MARKER, NHS, Case

KINDS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP", "gif": "GIF"}


def figure(text: str = "") -> Image.Image:
    """A bar chart with its labels."""
    made = Figure(figsize=(5, 4))
    canvas = FigureCanvasAgg(made)
    axes = made.add_subplot()
    axes.bar(["North", "South"], [250, 650])
    axes.set_title(text or "People by area")
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    with io.BytesIO() as sink:
        image.save(sink, KINDS[kind], **options)
        return sink.getvalue()


def picture(*, secret: str = "") -> bytes:
    """A PNG, with a text chunk if there is a secret."""
    info = PngImagePlugin.PngInfo()
    if secret:
        info.add_text("Comment", secret)
    return saved(figure(), "png", pnginfo=info)


def exif() -> Image.Exif:
    """The camera's notes, with a description."""
    made = Image.Exif()
    made[0x010E] = f"{MARKER} {NHS}"
    made[0x013B] = MARKER
    return made


def leaks() -> Iterator[Case]:
    hidden = "artefact.hidden-content"
    yield Case("chunk.png", picture(secret=f"{MARKER} {NHS}"), hidden, "chunks tEXt", hidden=True)
    for kind, place in (("png", "chunks eXIf"), ("jpg", "segment: EXIF"), ("webp", "chunk: EXIF")):
        yield Case(f"exif.{kind}", saved(figure(), kind, exif=exif()), hidden, place, hidden=True)
    yield Case(
        "comment.jpg", saved(figure(), "jpg", comment=f"{MARKER} {NHS}"), hidden, "segment: comment", hidden=True
    )
    noted = saved(figure(), "gif", comment=f"{MARKER} {NHS}".encode())
    yield Case("comment.gif", noted, hidden, "block: comment", hidden=True)
    for kind in KINDS:
        after = saved(figure(), kind) + f"\n{MARKER},{NHS}\n".encode()
        yield Case(f"after.{kind}", after, "artefact.left-over", "after the end of the picture", hidden=True)
        written = saved(figure(f"NHS {NHS}"), kind)
        yield Case(f"written.{kind}", written, "pii.nhs-number", "written in the picture", hidden=False)
    under = figure(f"NHS {NHS}").convert("RGBA")
    under.putalpha(0)
    yield Case("under.png", saved(under, "png"), "artefact.hidden-content", "under what is transparent")


def twins() -> Iterator[Case]:
    for kind in KINDS:
        yield Case(f"clean.{kind}", saved(figure(), kind))
