"""A file's document: nothing of the file runs, loads or opens anything; what cannot be read is said."""

import json
import re
from html.parser import HTMLParser

import pytest

from disclosure_control.core.finding import make_finding
from disclosure_control.core.location import Location
from disclosure_control.core.outcome import Outcome
from tre.airlock.request import RequestFile
from tre.web.previews.evidence import Behind
from tre.web.previews.frame import document, kind, sandbox
from tre.web.previews.notebook import MAX_TEXT, MEDIA_TYPE, cells, safe_html

HOSTILE = "<script>alert(1)</script>\"><img src=x onerror=alert(2)>' {{ 7*7 }} </style></pre>"
TYPES = {
    "table": "text/csv",
    "picture": "image/png",
    "notebook": "application/x-ipynb+json",
    "code": "text/plain",
    "text": "text/plain",
}


def file(media_type, name=f"{HOSTILE}.txt", findings=()):
    return RequestFile(name, "0" * 64, 9, Outcome.FAIL, tuple(findings), "1" * 64, media_type)


def notebook(*, source="1 + 1", kind="code", outputs=()):
    return json.dumps({"cells": [{"cell_type": kind, "source": source, "outputs": list(outputs)}]}).encode()


class Tags(HTMLParser):
    """The tags of a document with their attributes, as a browser would read them, but for our own style and script."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if not (tag in {"style", "script"} and dict(attrs).get("nonce")):
            self.found.append((tag, dict(attrs)))


FORBIDDEN = {"script", "style", "iframe", "object", "embed", "link", "form", "base", "svg", "math", "template"}


CASES = [
    ("text/csv", HOSTILE.encode()),
    ("text/plain", HOSTILE.encode()),
    ("image/png", HOSTILE.encode()),
    ("application/x-ipynb+json", notebook(source=HOSTILE)),
    ("application/x-ipynb+json", notebook(source=HOSTILE, kind="markdown")),
    ("application/x-ipynb+json", notebook(source=HOSTILE, kind=HOSTILE)),
    ("application/x-ipynb+json", notebook(outputs=[{"text": HOSTILE}, {"data": {"text/html": HOSTILE}}])),
    ("application/x-ipynb+json", notebook(outputs=[{"data": {"image/png": HOSTILE}}])),
    ("application/x-ipynb+json", b"[]"),
    ("application/x-ipynb+json", b"\xff"),
    ("text/html", HOSTILE.encode()),
    (HOSTILE, b"\xff\xfe"),
]


@pytest.mark.parametrize(("media_type", "data"), CASES, ids=range(len(CASES)))
def test_nothing_of_a_file_becomes_markup_that_does_anything(media_type, data):
    said = make_finding("pii.person", Location(cell=1, part=(HOSTILE,)), HOSTILE, outcome=Outcome.FAIL, todo=HOSTILE)
    text, policy = document(file(media_type, findings=[said]), data, Behind())
    for tag, attributes in Tags(text).found:
        assert tag not in FORBIDDEN
        assert not [name for name in attributes if name.startswith("on") or name in {"href", "style", "srcset"}]
        assert attributes.get("src", "data:image/").startswith("data:image/")
    assert "default-src 'none'" in policy
    assert policy.startswith("sandbox")
    assert "allow-same-origin" not in policy


@pytest.mark.parametrize("how", TYPES)
def test_only_the_table_whose_document_holds_nothing_of_its_file_may_run_our_script(how):
    name = {"code": "model.py"}.get(how, "a.txt")
    one = file(TYPES[how], name=name)
    assert kind(one) == how
    data = notebook() if how == "notebook" else b"marker-of-the-file"
    text, policy = document(one, data, Behind())
    assert ("script-src" in policy) is (how == "table")
    assert sandbox(one) == ("allow-scripts" if how == "table" else "")
    if how == "table":
        assert "marker-of-the-file" not in text
        assert name not in text


def test_each_document_has_a_nonce_of_its_own():
    policies = {document(file("text/plain"), b"a", Behind())[1] for _ in range(5)}
    assert len(policies) == 5


def test_a_file_without_rebuilt_bytes_is_said_to_hold_nothing():
    one = RequestFile("a.bin", "0" * 64, 9, Outcome.FAIL)
    assert kind(one) == "none"
    assert "nothing that could be shown" in document(one, b"", Behind())[0]


def test_a_line_that_a_finding_names_is_marked_and_explained():
    said = make_finding("pii.nhs-number", Location(line=2), "An NHS number.", outcome=Outcome.FAIL)
    text, _ = document(file("text/plain", findings=[said]), b"one\ntwo\nthree\n", Behind())
    marked = [line for line in text.splitlines() if 'class="marked marked-fail"' in line]
    assert len(marked) == 1
    assert "two" in marked[0]
    assert "An NHS number." in marked[0]


def test_a_long_text_is_shown_in_parts():
    data = "\n".join(f"line-{i}" for i in range(1, 5001)).encode()
    assert "line-2001" not in document(file("text/plain"), data, Behind())[0]
    later = document(file("text/plain"), data, Behind(), 4001)[0]
    assert "line-4001" in later
    assert "line-5000" in later


def test_a_figure_shows_the_counts_behind_it():
    behind = Behind(("area",), ((("East",), "4", "table.threshold"), (("<b>",), "84", "")), 3)
    text, _ = document(file("image/png", name="plot.png"), b"\x89PNG", behind)
    assert "East" in text
    assert "&lt;b&gt;" in text
    assert "3 more" in text
    assert 'src="data:image/png;base64,' in text


def test_a_notebooks_findings_stand_beside_their_cells():
    document_ = {"cells": [{"cell_type": "code", "source": "a"}, {"cell_type": "code", "source": "b"}]}
    said = make_finding("pii.person", Location(cell=2, line=1), "A name.", outcome=Outcome.FAIL)
    one, two = cells(json.dumps(document_).encode(), [said])
    assert one.findings == ()
    assert two.findings == (said,)


def test_every_form_of_a_notebooks_output_is_shown():
    forms = {
        "text/plain": "as-text",
        "text/html": "<table><tr><td colspan=2 class='c'>as-html</td></tr></table>"
        "<img src='//a.example'><script>x</script>",
        "text/latex": "as-latex",
        "text/markdown": "as-markdown",
        "image/png": "iVBORw0=",
        "image/svg+xml": "<svg/>",
    }
    cell = {"cell_type": "code", "source": "a", "outputs": [{"data": forms}, {"text": ["as-", "stream"]}]}
    data = json.dumps({"cells": [cell]}).encode()
    text, _ = document(file(MEDIA_TYPE, name="a.ipynb"), data, Behind())
    for said in ("as-text", "as-html", "as-latex", "as-markdown", "as-stream", "data:image/png", "data:image/svg+xml"):
        assert said in text, said
    assert '<td colspan="2">as-html' in text
    assert "a.example" not in text
    assert "<script>x" not in text


def test_links_and_comments_of_markdown_are_shown_as_its_source():
    cell = {"cell_type": "markdown", "source": "[here](https://a.example/x) <!-- said -->"}
    text, _ = document(file(MEDIA_TYPE, name="a.ipynb"), json.dumps({"cells": [cell]}).encode(), Behind())
    assert "(https://a.example/x) &lt;!-- said --&gt;" in text
    assert not cells(json.dumps({"cells": [{"cell_type": "markdown", "source": "# Plain"}]}).encode(), [])[0].marked_up


def test_what_is_too_long_to_be_shown_is_said():
    long = "a" * (MAX_TEXT + 7)
    cell = {"cell_type": "code", "source": long, "outputs": [{"text": long}, {"data": {"text/plain": long}}]}
    (one,) = cells(json.dumps({"cells": [cell]}).encode(), [])
    assert [one.lost, *(form.lost for form in one.outputs)] == [7, 7, 7]
    text, _ = document(file(MEDIA_TYPE, name="a.ipynb"), json.dumps({"cells": [cell]}).encode(), Behind())
    assert text.count("7 more characters are not shown here") == 3


@pytest.mark.parametrize(
    "markdown",
    ["[x](javascript:alert(1))", "![x](http://a.example/b)", "<a href='//a.example'>", "<p style='x' onclick='y'>"],
)
def test_markdown_keeps_no_attribute(markdown):
    assert not re.search(r"<\w+\s", safe_html(markdown))
