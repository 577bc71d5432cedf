"""What a checker sees of a file: its rebuilt bytes as a table, text, picture or file; nothing is run here. Pure."""

import csv
import io
from dataclasses import dataclass
from typing import Final

# Drawn by the browser as a picture, in which no program runs; any other bytes are text, or are fetched.
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/svg+xml"})
MAX_ROWS: Final = 500
MAX_CHARACTERS: Final = 100_000


@dataclass(frozen=True)
class Shown:
    """One file for the page. ``kind`` is table, text, picture, file (to be fetched and opened) or none."""

    kind: str
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    text: str = ""
    left_out: str = ""


def shown(data: bytes | None, media_type: str) -> Shown:
    """How to show these bytes. The template escapes every cell and letter."""
    if data is None:
        return Shown("none")
    if media_type in PICTURES:
        return Shown("picture")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return Shown("file")
    return _table(text) if media_type in {"text/csv", "text/tab-separated-values"} else _text(text)


def _table(text: str) -> Shown:
    try:
        rows = [tuple(row) for row in csv.reader(io.StringIO(text))]
    except csv.Error:
        return _text(text)
    if not rows:
        return _text(text)
    left = len(rows) - 1 - MAX_ROWS
    note = f"The first {MAX_ROWS} of {len(rows) - 1} rows." if left > 0 else ""
    return Shown("table", header=rows[0], rows=tuple(rows[1 : MAX_ROWS + 1]), left_out=note)


def _text(text: str) -> Shown:
    note = f"The first {MAX_CHARACTERS} of {len(text)} characters." if len(text) > MAX_CHARACTERS else ""
    return Shown("text", text=text[:MAX_CHARACTERS], left_out=note)
