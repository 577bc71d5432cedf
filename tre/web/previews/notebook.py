"""A notebook cell by cell, with what the check says of each. Read from its JSON; nothing of it is executed. Pure."""

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import mistune
import nh3

from disclosure_control.core.finding import Finding
from disclosure_control.core.outcome import Outcome

MEDIA_TYPE: Final = "application/x-ipynb+json"
MAX_TEXT: Final = 100_000  # characters shown of one cell
MAX_HTML: Final = 20_000_000  # with its pictures; a longer page is shown as text
_TAGS: Final = {
    *(
        "a",
        "b",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "li",
        "ol",
        "p",
    ),
    *("pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_PICTURES: Final = ("image/png", "image/jpeg", "image/svg+xml")
_SPANS: Final = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "img": {"src"}}
_MARKED_UP: Final = re.compile(r"[<\[&]")
_PICTURE: Final = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=\s]{1,20000000}")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/=\s]{1,20000000}")


@dataclass(frozen=True)
class Output:
    """One form of an output of a cell: text, cleaned HTML, or a picture as a data address.

    ``lost`` is how many characters of it are not shown.
    """

    text: str = ""
    picture: str = ""
    html: str = ""
    kind: str = ""
    lost: int = 0


@dataclass(frozen=True)
class Cell:
    """One cell. ``html`` is set for Markdown, and holds allowed tags alone.

    ``marked_up`` is set where Markdown holds links, tags or comments, so that its source must be shown too.
    ``lost`` is how many characters of the source are not shown.
    """

    number: int
    kind: str
    source: str
    html: str = ""
    outputs: tuple[Output, ...] = ()
    findings: tuple[Finding, ...] = ()
    marked_up: bool = False
    lost: int = 0


def cells(data: bytes, findings: Sequence[Finding]) -> list[Cell]:
    """The cells of a notebook. Raises ValueError when the bytes are none."""
    try:
        document = json.loads(data)
        return [_cell(raw, i, findings) for i, raw in enumerate(document["cells"], 1)]
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError("not a notebook") from error


def safe_html(markdown: str) -> str:
    """Markdown as HTML of a few tags, without addresses, scripts, styles, pictures or attributes.

    >>> safe_html("**a** <script>b</script><img src=x onerror=y> [c](javascript:d)")
    '<p><strong>a</strong>  <a>c</a></p>\\n'
    """
    return nh3.clean(str(mistune.html(markdown)), tags=_TAGS, attributes={}, link_rel=None)


def _cell(raw: Any, number: int, findings: Sequence[Finding]) -> Cell:
    kind, whole = str(raw["cell_type"]), _joined(raw.get("source", ""))
    source = whole[:MAX_TEXT]
    return Cell(
        number=number,
        kind=kind,
        source=source,
        html=safe_html(source) if kind == "markdown" else "",
        outputs=tuple(form for output in raw.get("outputs", ()) for form in _forms(output)),
        marked_up=kind == "markdown" and bool(_MARKED_UP.search(source)),
        lost=len(whole) - len(source),
        findings=tuple(
            finding
            for finding in findings
            if finding.outcome is not Outcome.PASS and any(place.first.cell == number for place in finding.locations)
        ),
    )


def _forms(raw: Any) -> list[Output]:
    """Every form of one output: whoever opens the notebook elsewhere may see any of them."""
    forms = [_text("", raw["text"])] if "text" in raw else []
    return forms + [_form(str(mime), _joined(value)) for mime, value in raw.get("data", {}).items()]


def _form(mime: str, value: str) -> Output:
    if mime == "image/svg+xml":
        value = base64.b64encode(value.encode()).decode()
    if mime in _PICTURES and value and _BASE64.fullmatch(value):
        return Output(picture=f"data:{mime};base64,{''.join(value.split())}", kind=mime)
    if mime == "text/html" and len(value) <= MAX_HTML:
        return Output(html=_cleaned(value), kind=mime)
    return _text(mime, value)


def _text(kind: str, value: Any) -> Output:
    text = _joined(value)
    return Output(text=text[:MAX_TEXT], kind=kind, lost=max(len(text) - MAX_TEXT, 0))


def _cleaned(fragment: str) -> str:
    """HTML of an output with tables and pictures that it carries itself, and no other address, style or program."""

    def keep(_: str, name: str, value: str) -> str | None:
        return value if (value.isdecimal() if name != "src" else _PICTURE.fullmatch(value)) else None

    return nh3.clean(
        fragment,
        tags=_TAGS | {"img", "div", "span", "caption", "tfoot", "dl", "dt", "dd", "figure", "figcaption", "u", "small"},
        attributes=_SPANS,
        attribute_filter=keep,
        url_schemes={"data"},
        link_rel=None,
    )


def _joined(value: Any) -> str:
    return "".join(str(line) for line in value) if isinstance(value, list) else str(value)
