"""The document of one file: complete in itself, loaded into a sandbox that lets it fetch, send and open nothing.

A document that holds anything of a file runs no script. The table's document holds nothing of its file: it has our own
script, in an origin of its own, and is handed rows as plain values by the page around it.
"""

import base64
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from disclosure_control.core.finding import Finding
from disclosure_control.core.outcome import Outcome
from tre.airlock.request import RequestFile
from tre.web.previews import notebook
from tre.web.previews.changes import Changes
from tre.web.previews.delimited import MEDIA_TYPES
from tre.web.previews.evidence import Behind
from tre.web.previews.lines import is_code, lines
from tre.web.previews.parts import AS_TABLES, IN_PARTS, Parts, rows

FOLDER: Final = Path(__file__).parent.parent / "templates" / "frames"
# In a picture, SVG too, a browser runs no program and fetches nothing.
_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml"})
_POLICY: Final = (
    "sandbox{allow}; default-src 'none'; style-src 'nonce-{nonce}'; {script}img-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
_ENVIRONMENT: Final = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_ENVIRONMENT.filters["base64"] = lambda content: base64.b64encode(content).decode()


def kind(file: RequestFile) -> str:
    """How a file is shown: table, picture, notebook, parts, code, text, or none where nothing of it can be shown."""
    if not file.clean_digest:
        return "none"
    if file.media_type in MEDIA_TYPES or file.media_type in AS_TABLES:
        return "table"
    if file.media_type in IN_PARTS:
        return "parts"
    if file.media_type in _PICTURES:
        return "picture"
    if file.media_type == notebook.MEDIA_TYPE:
        return "notebook"
    return "code" if is_code(file.name) else "text"


def policy(*, scripts: bool, nonce: str) -> str:
    """The Content-Security-Policy of a frame."""
    script = f"script-src 'nonce-{nonce}'; " if scripts else ""
    return _POLICY.format(allow=" allow-scripts" if scripts else "", nonce=nonce, script=script)


def sandbox(file: RequestFile) -> str:
    """The value of the frame's ``sandbox`` attribute: everything is forbidden, but to tables our own script."""
    return "allow-scripts" if kind(file) == "table" else ""


def document(
    file: RequestFile, data: bytes, behind: Behind, first: int = 1, parts: Parts | None = None
) -> tuple[str, str]:
    """The frame's document and its policy.

    Args:
        file: the file.
        data: its rebuilt bytes.
        behind: what stands behind a figure.
        first: the first line of a long text.
        parts: reads files that are shown in parts.
    """
    nonce = secrets.token_urlsafe(18)
    how = kind(file)
    try:
        values = _values(how, file, data, behind, first, parts or Parts())
    except ValueError:
        how, values = "none", {}
    text = render(f"{how}.html", nonce, name=file.name, Outcome=Outcome, **values)
    return text, policy(scripts=how == "table", nonce=nonce)


def plain(file: RequestFile, data: bytes, first: int) -> tuple[str, str]:
    """A text line by line without any script, and its policy; nothing where it is no text."""
    nonce = secrets.token_urlsafe(18)
    try:
        text = render("text.html", nonce, name=file.name, part=lines(data, file.findings, first), code=True)
    except ValueError:
        text = render("none.html", nonce, name=file.name)
    return text, policy(scripts=False, nonce=nonce)


def render(template: str, nonce: str, **values: object) -> str:
    """A frame's document by one of our templates."""
    return _ENVIRONMENT.get_template(template).render(nonce=nonce, css=_own("frame.css"), **values)


def comparison(title: str, differences: Changes) -> tuple[str, str]:
    """The document of a comparison and its policy."""
    nonce = secrets.token_urlsafe(18)
    text = render("changes.html", nonce, name="", title=title, found=differences)
    return text, policy(scripts=False, nonce=nonce)


def _values(how: str, file: RequestFile, data: bytes, behind: Behind, first: int, parts: Parts) -> dict[str, Any]:
    match how:
        case "table":
            return {"script": _own("table.js")}
        case "picture":
            return {"picture": f"data:{file.media_type};base64,{base64.b64encode(data).decode()}", "behind": behind}
        case "notebook":
            return {"cells": notebook.cells(data, file.findings), "others": _elsewhere(file.findings)}
        case "parts":
            return {"parts": parts.of(file.clean_digest, file.media_type, data), "rows": rows}
        case "none":
            return {}
        case _:
            return {"part": lines(data, file.findings, first), "code": how == "code"}


def _elsewhere(findings: Sequence[Finding]) -> list[Finding]:
    """The findings that are about no cell of a notebook."""
    return [
        finding
        for finding in findings
        if finding.outcome is not Outcome.PASS and not any(place.first.cell for place in finding.locations)
    ]


def _own(name: str) -> Markup:
    return Markup((FOLDER / name).read_text())  # noqa: S704 - our own file
