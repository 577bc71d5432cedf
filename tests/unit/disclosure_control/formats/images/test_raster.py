"""Pictures keep what is seen: two that differ in what nobody sees are released as the same bytes."""

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from disclosure_control.core.content import ContentBuilder
from disclosure_control.formats.images import ocr
from disclosure_control.formats.images.entropy import note_dense
from disclosure_control.formats.images.raster import decoded, levelled
from disclosure_control.formats.sniff import examine
from tests.corpus.channels import with_low_bits
from tests.corpus.pictures import figure

RANDOM = np.random.default_rng(7)


@pytest.fixture(autouse=True)
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written in pictures is another program's work."""
    monkeypatch.setattr(ocr, "PROGRAM", Path("/not/read/here"))


def packed(image: Image.Image, kind: str) -> bytes:
    with io.BytesIO() as sink:
        image.save(sink, kind, **({"lossless": True} if kind == "WEBP" else {}))
        return sink.getvalue()


def dense(image: Image.Image, *, lossy: bool = False) -> list[str]:
    reading = ContentBuilder()
    note_dense(image, "here", reading, lossy=lossy)
    return [finding.why for finding in reading.findings if finding.rule == "figure.dense"]


def squares(side: int, dark: float = 0.5, colours: tuple[int, int] = (255, 0)) -> Image.Image:
    light, ink = colours
    grid = np.where(RANDOM.random((320 // side, 320 // side)) < dark, ink, light).astype(np.uint8)
    return Image.fromarray(np.kron(grid, np.ones((side, side), np.uint8))).convert("RGB")


@pytest.mark.parametrize("kind", ["png", "webp"])
def test_pictures_that_differ_in_the_lowest_bits_are_released_the_same(kind: str) -> None:
    one, other = (examine(f"x.{kind}", packed(image, kind.upper())) for image in (figure(), with_low_bits(figure())))
    assert packed(figure(), kind.upper()) != packed(with_low_bits(figure()), kind.upper())
    assert one.clean == other.clean


def test_so_are_drawings_pages_and_notebooks_with_them() -> None:
    def files(image: Image.Image) -> dict[str, bytes]:
        inner = base64.b64encode(packed(image, "PNG")).decode()
        link = f"data:image/png;base64,{inner}"
        output = {"output_type": "display_data", "data": {"image/png": inner}, "metadata": {}}
        cell = {"cell_type": "code", "source": "", "metadata": {}, "outputs": [output], "execution_count": None}
        return {
            "x.html": f'<p>Fine.</p><img src="{link}">'.encode(),
            "x.svg": f'<svg xmlns="http://www.w3.org/2000/svg" width="500" height="400"><image width="500" '
            f'height="400" href="{link}"/></svg>'.encode(),
            "x.ipynb": json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode(),
        }

    plain, carrying = files(figure()), files(with_low_bits(figure()))
    for name in plain:
        one, other = examine(name, plain[name]), examine(name, carrying[name])
        assert one.clean is not None
        assert one.clean == other.clean, name


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
def test_what_is_released_has_64_levels_of_each_colour(kind: str) -> None:
    noise = Image.fromarray(RANDOM.integers(0, 256, (90, 90, 3), dtype=np.uint8))
    clean = decoded(examine(f"x.{kind.lower()}", packed(noise, kind)).clean or b"", kind).convert("RGB")
    kept = np.unique(np.asarray(clean))
    assert len(kept) <= 64
    assert {0, 255} <= set(np.unique(np.asarray(levelled(noise))).tolist())
    assert np.abs(np.asarray(levelled(noise)).astype(int) - np.asarray(noise)).max() == 2
    assert levelled(clean).tobytes() == clean.tobytes()


@pytest.mark.parametrize("side", [1, 2, 3, 4, 6])
def test_squares_of_two_colours_by_chance_are_named(side: int) -> None:
    (why,) = dense(squares(side))
    assert why == f"A part of it is small squares of few colours, without order, {side} pixels wide."


def test_noise_is_named_by_its_bits_and_more_is_allowed_where_packing_adds_some() -> None:
    noise = levelled(Image.fromarray(RANDOM.integers(0, 256, (90, 90, 3), dtype=np.uint8)))
    (why,) = dense(noise)
    assert why.endswith("bits a pixel to pack, which is as much as noise takes.")
    assert dense(noise, lossy=True)
    some = levelled(Image.fromarray((RANDOM.integers(0, 3, (90, 90, 3)) * 16).astype(np.uint8)))
    assert "bits a pixel" in dense(some)[0]
    assert dense(some, lossy=True) == []


def test_shades_that_nobody_tells_apart_are_named_but_for_what_packing_adds() -> None:
    faint = squares(1, colours=(255, 251))
    assert dense(faint) == [
        "A part of it is small squares of shades that nobody tells apart, without order, 1 pixels wide."
    ]
    assert dense(faint, lossy=True) == []


def test_figures_patterns_and_small_pictures_are_not() -> None:
    assert dense(levelled(figure())) == []
    chess = Image.fromarray(np.kron(np.indices((80, 80)).sum(0) % 2, np.ones((4, 4))).astype(np.uint8) * 255)
    assert dense(chess.convert("RGB")) == []
    ramp = np.linspace(0, 255, 300).astype(np.uint8)
    assert dense(levelled(Image.fromarray(np.tile(ramp, (200, 1))).convert("RGB"))) == []
    assert dense(squares(8).crop((0, 0, 40, 40))) == []
    assert dense(squares(4, dark=0.02)) == []
