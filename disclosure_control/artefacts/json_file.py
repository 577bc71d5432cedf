"""JSON: parsed once, every string read, written again."""

import json
from collections.abc import Iterator
from typing import Any, Final

from disclosure_control.artefacts.plain_text import decode
from disclosure_control.errors import Unreadable
from disclosure_control.examined import Examined, Text, TextKind
from disclosure_control.finding import found

MEDIA_TYPE: Final = "application/json"
_MAX_STRINGS: Final = 1_000_000
_LONG: Final = 100_000_000


def examine(content: bytes) -> Examined:
    """Read JSON that may be anybody's.

    Raises:
        Unreadable: it is not JSON, too deep, or says one key twice.
    """
    document = parse(content)
    texts: list[Text] = []
    for i, text in enumerate(strings_in(document), 1):
        if i > _MAX_STRINGS:
            raise Unreadable(f"The file has more than {_MAX_STRINGS:,} strings.", rule="artefact.too-big")
        texts.append(Text(f"string {i}", text, TextKind.LABEL))
    findings = () if document else (found("artefact.empty"),)
    clean = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    return Examined(MEDIA_TYPE, findings, tuple(texts), clean.encode())


def parse(content: bytes) -> Any:
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


def strings_in(value: Any) -> Iterator[str]:
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


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found_pairs = dict(pairs)
    if len(found_pairs) != len(pairs):
        raise ValueError("a key stands twice")
    return found_pairs


def _no_constants(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
