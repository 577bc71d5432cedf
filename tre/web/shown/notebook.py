"""A notebook cell by cell, with what the check says of each. Read from its JSON; nothing of it is executed. Pure."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import mistune
import nh3

from disclosure_control.finding import Finding
from disclosure_control.outcome import Outcome

MEDIA_TYPE: Final = "application/x-ipynb+json"
MAX_TEXT: Final = 100_000  # characters shown of one cell
_CELL: Final = re.compile(r"\bcell (\d+)\b")
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
_PICTURES: Final = ("image/png", "image/jpeg")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/=\s]{1,20000000}")


@dataclass(frozen=True)
class Output:
    """One output of a cell: text, or a picture as a data address."""

    text: str = ""
    picture: str = ""


@dataclass(frozen=True)
class Cell:
    """One cell. ``html`` is set for Markdown, and holds allowed tags alone."""

    number: int
    kind: str
    source: str
    html: str = ""
    outputs: tuple[Output, ...] = ()
    findings: tuple[Finding, ...] = ()


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
    kind, source = str(raw["cell_type"]), _joined(raw.get("source", ""))[:MAX_TEXT]
    return Cell(
        number=number,
        kind=kind,
        source=source,
        html=safe_html(source) if kind == "markdown" else "",
        outputs=tuple(_output(output) for output in raw.get("outputs", ())),
        findings=tuple(
            one for one in findings if one.outcome is not Outcome.PASS and str(number) in _CELL.findall(one.where)
        ),
    )


def _output(raw: Any) -> Output:
    data = raw.get("data", {})
    for mime in _PICTURES:
        encoded = _joined(data.get(mime, ""))
        if encoded and _BASE64.fullmatch(encoded):
            return Output(picture=f"data:{mime};base64,{''.join(encoded.split())}")
    text = _joined(raw.get("text", "")) or _joined(data.get("text/plain", ""))
    return Output(text=text[:MAX_TEXT])


def _joined(value: Any) -> str:
    return "".join(str(line) for line in value) if isinstance(value, list) else str(value)
