"""Rebuilding what was rebuilt gives the same bytes, in every format that may leave."""

import io
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image

from disclosure_control.core.errors import Unreadable
from disclosure_control.formats.images import ocr
from disclosure_control.formats.sniff import examine
from tests import corpus

pytestmark = pytest.mark.slow

LOSSY = (".jpg", ".pdf")  # JPEG rounds anew each time; a PDF's page is drawn anew from its picture
NEAR = 4.0  # levels of 256, in the mean over a picture


@pytest.fixture(autouse=True)
def no_letters_are_read_in_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "PROGRAM", Path("/not/read/here"))


def rebuilt(cases: Iterable[corpus.Case]) -> set[str]:
    """The endings of the files that are rebuilt, each of which is rebuilt to the same again."""
    endings: set[str] = set()
    for case in cases:
        try:
            clean = examine(case.name, case.content).clean
        except Unreadable:
            continue
        if clean is None:
            continue
        ending = PurePosixPath(case.name).suffix.lower()
        endings.add(ending)
        again = examine(case.name, clean).clean
        assert again is not None, case.name
        assert again == clean or (ending in LOSSY and distance(clean, again, ending) < NEAR), case.name
    return endings


def distance(clean: bytes, again: bytes, ending: str) -> float:
    """How far two pictures, or the first pages of two files, are apart."""
    one, other = (pixels(content, ending) for content in (clean, again))
    assert one.shape == other.shape
    return float(np.abs(one - other).mean())


def pixels(content: bytes, ending: str) -> np.ndarray:
    if ending == ".pdf":
        return np.asarray(pdfium.PdfDocument(content)[0].render().to_pil().convert("RGB"), dtype=float)
    with Image.open(io.BytesIO(content)) as image:
        return np.asarray(image.convert("RGB"), dtype=float)


def test_what_may_leave_is_rebuilt_to_the_same_again() -> None:
    assert rebuilt(corpus.twins()) >= {".csv", ".html", ".ipynb", ".json", ".parquet", ".png", ".svg", ".xlsx", ".zip"}


@pytest.mark.heavy
def test_so_is_what_is_stopped_and_what_research_hands_in() -> None:
    endings = rebuilt([*corpus.leaks(), *corpus.ordinary()])
    assert endings >= {".csv", ".html", ".ipynb", ".json", ".md", ".parquet", ".pdf", ".png", ".svg", ".txt", ".xlsx"}
