"""JSON: parsed once, every string read, written again."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

from disclosure_control.core.content import ContentBuilder, FileContent, TextKind
from disclosure_control.core.errors import Unreadable
from disclosure_control.core.finding import make_finding
from disclosure_control.formats.nesting import NestedFiles
from disclosure_control.formats.tabular.charts import chart_tables
from disclosure_control.formats.tabular.json_tables import tables_in
from disclosure_control.formats.text.invisible import note_unseen, visible
from disclosure_control.formats.text.plain_text import decode

MEDIA_TYPE: Final = "application/json"
_MAX_STRINGS: Final = 1_000_000
_LONG: Final = 100_000_000
_ESCAPE: Final = re.compile(r"\\(?:(u00[01][0-9a-f]|[bf])|.)")


def examine(content: bytes, _: NestedFiles | None = None) -> FileContent:
    """Read JSON that may be anybody's.

    Raises:
        Unreadable: it is not JSON, too deep, or says one key twice.
    """
    document = parse(content)
    reading = ContentBuilder()
    strings = list(islice(strings_in(document), _MAX_STRINGS + 1))
    if len(strings) > _MAX_STRINGS:
        raise Unreadable(f"The file has more than {_MAX_STRINGS:,} strings.", rule="artefact.too-big")
    note_unseen(((f"string {i}", text) for i, text in enumerate(strings, 1)), reading)
    for i, text in enumerate(strings, 1):
        reading.text(f"string {i}", visible(text), TextKind.LABEL)
    clean = _visible(document).encode()
    document = parse(clean)
    if not document:
        reading.findings.append(make_finding("artefact.empty"))
    reading.tables += chart_tables(document)
    if reading.tables:
        reading.findings.append(make_finding("figure.chart-data", [table.where for table in reading.tables]))
    read = tables_in(document)
    reading.tables += read.tables
    reading.numbers += read.numbers
    return reading.done(MEDIA_TYPE, clean)


def _visible(document: object) -> str:
    """The document as text, without characters that are not seen, written out or as an escape."""
    text = visible(json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False))
    return _ESCAPE.sub(lambda match: "" if match[1] else match[0], text) + "\n"


def parse(content: bytes) -> object:
    """JSON as Python values.

    Raises:
        Unreadable: it is not JSON, too deep, or says one key twice.
    """
    try:
        document = json.loads(decode(content), object_pairs_hook=_no_repeats, parse_constant=_no_constants)
        json.dumps(document, allow_nan=False)
    except (ValueError, RecursionError) as error:
        raise Unreadable("The file is not JSON that can be read.") from error
    return document


def strings_in(value: object) -> Iterator[str]:
    """Every key, string and long whole number, in the order of the file."""
    stack = [value]
    while stack:
        match stack.pop():
            case dict() as mapping:
                stack += [part for pair in reversed(mapping.items()) for part in reversed(pair)]
            case list() as items:
                stack += reversed(items)
            case str() as text if text:
                yield text
            case int() as number if abs(number) >= _LONG:
                yield str(number)
            case _:
                pass


def _no_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found_pairs = dict(pairs)
    if len(found_pairs) != len(pairs):
        raise ValueError("a key stands twice")
    return found_pairs


def _no_constants(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
