"""What `make docs` builds from: every page has a place, every public name a page; its last look finds faults."""

import re
import tomllib
from pathlib import Path

import pytest

import disclosure_control
import tre
from infra.docs import navigation, pages
from infra.docs.built import faults
from infra.docs.settings import meanings
from tre.settings import Settings

ROOT = Path(__file__).parents[2]


def places(nav: object) -> list[str]:
    """The pages of a navigation, in its order."""
    if isinstance(nav, str):
        return [nav]
    parts = nav if isinstance(nav, list) else list(nav.values())  # type: ignore[attr-defined]
    return [place for part in parts for place in places(part)]


def test_every_page_has_one_place_in_the_navigation():
    listed = places(tomllib.loads(navigation.configuration(ROOT))["project"]["nav"])
    assert len(listed) == len(set(listed))
    written = {path for path in pages.gather(ROOT) if not path.startswith("source/")}
    assert written == set(listed)


def test_every_public_name_has_its_place_in_the_reference():
    shown = set()
    for path in (ROOT / "docs" / "reference").glob("*.md"):
        shown |= set(re.findall(r"(?m)^::: (\S+)", path.read_text(encoding="utf-8")))
    errors = {"BadPolicy", "BadTable", "DisclosureError"}  # shown as disclosure_control.errors
    public = {f"disclosure_control.{name}" for name in disclosure_control.__all__ if name not in errors}
    assert public | {f"tre.{name}" for name in tre.__all__} <= shown


def test_every_setting_says_what_it_means():
    assert set(meanings(Settings)) == set(Settings.model_fields)


def test_a_link_to_a_file_that_is_no_page_leads_to_a_page_that_shows_it():
    site = pages.gather(ROOT)
    assert "](source/tre/demo/contracts/care.yaml.md)" in site["data-manager.md"]
    assert "classification" in site["source/tre/demo/contracts/care.yaml.md"]
    assert "](reporting.md)" in site["index.md"]


GOOD = '<html><body id="top"><a href="b.html#part">b</a><img src="a.png"></body></html>'
OTHER = '<html><body><p id="part"></p><a href="https://example.org/">elsewhere</a></body></html>'


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        (GOOD, ""),
        (GOOD.replace("#part", "#gone"), "a.html links to b.html#gone"),
        (GOOD.replace("b.html", "c.html"), "a.html links to c.html#part"),
        (GOOD.replace("a.png", "https://example.org/a.png"), "a.html loads https://example.org/a.png"),
        (GOOD.replace("<img", '<script src="//example.org/x.js"></script><img'), "a.html loads //example.org/x.js"),
    ],
)
def test_what_is_broken_or_loaded_from_elsewhere_is_found(page: str, fault: str, tmp_path: Path):
    (tmp_path / "a.html").write_text(page)
    (tmp_path / "b.html").write_text(OTHER)
    (tmp_path / "a.png").write_bytes(b"")
    (tmp_path / "a.css").write_text("p { background: url(a.png) }")
    assert faults(tmp_path) == ([fault] if fault else [])


def test_a_style_that_loads_from_elsewhere_is_found(tmp_path: Path):
    (tmp_path / "a.html").write_text("<html></html>")
    (tmp_path / "a.css").write_text('@import "https://example.org/font.css";')
    assert faults(tmp_path) == ["a.css loads https://example.org/font.css"]
    assert faults(tmp_path / "nowhere") == ["there is no page"]
