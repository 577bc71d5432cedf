"""Pages: read as a browser shows them, rebuilt from the same tree."""

from typing import Any

import pytest

from disclosure_control.core.content import FileContent
from disclosure_control.core.errors import Unreadable
from disclosure_control.formats.sniff import examine
from tests.unit.disclosure_control.formats.documents.test_notebook_pages import notebook_with


def read(page: str) -> FileContent:
    return examine("page.html", page.encode())


def texts(page: str) -> list[str]:
    return [text.text for text in read(page).texts]


def rebuilt(page: str) -> str:
    clean = (read(page).clean or b"").decode()
    return clean.partition("<body>\n")[2].removesuffix("\n</body></html>\n")


def named(page: str) -> list[tuple[str, str]]:
    return [(finding.rule, finding.where) for finding in read(page).findings]


JOINED = [
    "NHS 433147<wbr>8939",
    "NHS 433147<!-- x -->8939",
    "NHS 433147<a></a>8939",
    "NHS 433147<a href=x>8939</a>",
    "NHS 433147<script></script>8939",
    "NHS 433147<style></style>8939",
    "NHS <span>4</span><b>33147</b><i>8939</i>",
    "NHS 433147<template>x</template>8939",
    "NHS 433147<!>8939",
    "NHS 433147</ x>8939",
    "NHS 433147<?x?>8939",
    "NHS 433147<b hidden>x</b>8939",
    "NHS 433147<object></object>8939",
    "NHS 433147<img src='elsewhere.png'>8939",
    "NHS 433147<x-part>8939</x-part>",
    "NHS 433147&shy;8939",
    "NHS 433147&#8203;8939",
    "NHS 433147<noscript>x</noscript>8939",
    "NHS 433147<input type=hidden>8939",
    "NHS 433147<font color=red>8939</font>",
    "NHS <math><mn>433147</mn><mn>8939</mn></math>",
    "NHS 433147<meta name=x>8939",
    "NHS 433147<nobr>8939",
]


@pytest.mark.parametrize("words", JOINED)
@pytest.mark.parametrize("around", ["<p>{}</p>", "<pre>{}</pre>", "<ul><li>{}</ul>", "{}<div></div>"])
def test_what_no_reader_sees_parts_no_word(words: str, around: str) -> None:
    page = around.format(words)
    assert "NHS 4331478939" in texts(page)
    assert [text.text for text in examine("page.html", read(page).clean or b"").texts].count("NHS 4331478939") == 1


@pytest.mark.parametrize("words", JOINED)
def test_nor_in_a_cell(words: str) -> None:
    table = read(f"<table><tr><td>who<td>n<tr><td>{words}<td>5</table>").tables[0]
    assert table.columns[0].cells == ["NHS 4331478939"]


@pytest.mark.parametrize(
    "between", ["<br>", "<p>", "<div></div>", "<hr>", "<li>", "<h2></h2>", "<table></table>", "<pre></pre>", "</p><p>"]
)
def test_blocks_and_line_breaks_part_words(between: str) -> None:
    said = texts(f"<p>one{between}two</p>")
    assert "one" in said
    assert "two" in said


@pytest.mark.parametrize(
    ("page", "body"),
    [
        ("<xmp><style>one</xmp>", "<pre>&lt;style&gt;one</pre>"),
        ("<plaintext><style>one</plaintext>", "<pre>&lt;style&gt;one&lt;/plaintext&gt;</pre>"),
        ("<listing><b>one</b></listing>", "<pre><b>one</b></pre>"),
        ("<textarea><b>one</textarea>", "<pre>&lt;b&gt;one</pre>"),
        ("<select><option>one<option>two</select>", "<div><div>one</div>\n<div>two</div>\n</div>"),
        ("<table>one<tr><td>two</table>", "one<table><tbody><tr><td>two</td>\n</tr>\n</tbody>\n</table>"),
        ("<p>one<button><p>two</p></button>", "<div>one<p>two</p>\n</div>"),
        ("<form>one<form>two</form></form>", "<div>onetwo</div>"),
        ("<li>one<li>two", "<div>one</div>\n<div>two</div>"),
        ("<h1>one<h2>two</h2></h1>", "<h1>one</h1>\n<h2>two</h2>"),
        ("<b>&#824;one</b>", "<b>&#824;one</b>"),
        ("<pre>\n\n one  \n two</pre>", "<pre> one\n two</pre>"),
        ("<math></p>one", "<p></p>\none"),
        ("<!-->one<!--->two<!--x--!>three", "onetwothree"),
        ("<td colspan=2>one", "one"),
        ("<table><td colspan=2 rowspan=9999>1", '<table><tbody><tr><td colspan="2">1</td>\n</tr>\n</tbody>\n</table>'),
        ("<desc>one</desc>", "one"),
        ("<pre>one<textarea>&#13;two", "<pre>one<div>\ntwo</div></pre>"),
    ],
)
def test_a_page_is_rebuilt_as_a_browser_shows_it(page: str, body: str) -> None:
    assert rebuilt(page) == body
    assert examine("page.html", read(page).clean or b"").clean == read(page).clean


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<noscript><p>secret</noscript>one", "<p>secret"),
        ("<noembed>secret</noembed>one", "secret"),
        ("<noframes>secret</noframes>one", "secret"),
        ("<template><p>secret</template>one", "secret"),
        ("<video>secret</video>one", "secret"),
        ("<math><annotation>secret</annotation></math>one", "secret"),
        ("<p style='display:none'>secret</p>one", "secret"),
        (r"<p style='d\69splay:n\6fne'>secret</p>one", "secret"),
        ("<p style='display/**/:/**/none'>secret</p>one", "secret"),
        ("<style>div > p:first-child{display:none}</style><div><p>secret</p></div>one", "secret"),
        ("<style>p:not(.q){opacity:0}</style><p>secret</p>one", "secret"),
        ("<style>[data-q]{visibility:hidden}</style><p data-q>secret</p>one", "secret"),
        ("<style>.a{ & b{display:none} }</style><p class=a><b>secret</b></p>one", "secret"),
        ("<style>@media screen{@supports (x:y){p{display:none}}}</style><p>secret</p>one", "secret"),
        ("<style>h2 + p{color:#fff}</style><h2>two</h2><p>secret</p>one", "secret"),
        ("<div style='color:#fff;background:navy'><p style='background:white'>secret</p>one</div>", "secret"),
        ("<table bgcolor=black><tr><td><font color=black>secret</font><font color=white>one</table>", "secret"),
        ("<p popover>secret</p>one", "secret"),
        ("<style>p{display:none;display:nonsense}</style><p>secret</p>one", "secret"),
    ],
)
def test_what_is_not_seen_is_named_read_and_left_out(page: str, words: str) -> None:
    assert ("artefact.hidden-content", "line 1: an element that is not seen") in [
        (rule, where.partition(" (")[0]) for rule, where in named(page)
    ]
    assert words in texts(page)
    assert "secret" not in rebuilt(page)
    assert "one" in rebuilt(page)


@pytest.mark.parametrize(
    "page",
    [
        "<style>@media print{p{display:none}}</style><p>one</p>",
        "<style>p:hover{display:none}</style><p>one</p>",
        "<style>p::-webkit-scrollbar{display:none}</style><p>one</p>",
        "<style>p{display:none} div p{display:block}</style><div><p>one</p></div>",
        "<p style='display:none;display:block'>one</p>",
        "<p style='color:white;background:navy'>one</p>",
        "<p style='color:white;background:linear-gradient(navy,black)'>one</p>",
        "<div style='background:navy'><p style='color:white'>one</p></div>",
        "<style>p:empty{display:none}</style><p>one</p>",
    ],
)
def test_what_is_seen_is_not_named(page: str) -> None:
    assert not named(page)
    assert "one" in rebuilt(page)


def test_a_rule_whose_selector_nobody_knows_is_named() -> None:
    assert named("<style>p:unheard-of{display:none}</style><p>one</p>") == [
        ("artefact.hidden-content", "the style sheets")
    ]
    assert not named("<style>p:unheard-of{color:red}</style><p>one</p>")


def test_a_page_in_a_frame_is_read_and_left_out() -> None:
    page = "<iframe srcdoc='<p>sec<b>ret</b><!-- more --></p>'></iframe>one"
    assert "secret" in texts(page)
    assert ("artefact.hidden-content", "line 1: a page in a frame, line 1: a comment") in named(page)
    assert ("artefact.active-content", "line 1: iframe") in named(page)
    assert rebuilt(page) == "one"


def test_places_are_the_lines_of_the_page() -> None:
    page = "<html>\n<body>\n<p>one\n<!-- two -->\n<table>\n<tr><td hidden>three</table>\n<p>\nfour"
    places = {text.text.strip(): str(text.where) for text in read(page).texts}
    assert places == {"one": "line 3", "two": "line 4: a comment", "three": "line 6", "four": "line 8"}


@pytest.mark.parametrize("page", ["<div>" * 1_000, "<p>" + "<b>" * 1_000, "<" * 700_000])
def test_a_page_beyond_the_limits_is_refused(page: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(page)
    assert refused.value.rule == "artefact.too-big"


def test_a_notebook_reads_its_pages_as_parts_of_one() -> None:
    examined: Any = notebook_with("<body onload=x><frameset><tr><td>433147<wbr>8939")
    assert "4331478939" in [text.text for text in examined.texts]
    assert b"4331478939" in (examined.clean or b"")
