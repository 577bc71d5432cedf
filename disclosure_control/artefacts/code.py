"""Code: text that is a program; values written into Python are looked for by its own parser."""

import ast
import warnings
from typing import Final

from disclosure_control.artefacts import plain_text
from disclosure_control.artefacts.inside import Inside
from disclosure_control.examined import Examined, Reading, Text, TextKind
from disclosure_control.finding import found

MEDIA_TYPE: Final = "text/x-script"
_MANY_VALUES: Final = 60  # values written one after another; more reads as data
_MAX_PARSED: Final = 2_000_000


def examine(content: bytes, _: Inside | None = None) -> Examined:
    """Read a program that may be anybody's.

    Raises:
        Unreadable: it is not UTF-8, or holds control characters.
    """
    read = plain_text.examine(content)
    reading = Reading(findings=list(read.findings))
    reading.texts += [Text(text.where, text.text, TextKind.CODE) for text in read.texts]
    note_values((read.clean or b"").decode(), "", reading)
    return reading.done(MEDIA_TYPE, read.clean)


def note_values(source: str, where: str, reading: Reading) -> None:
    """Say where many values are written into a Python program; other languages are left to the checkers."""
    if len(source) > _MAX_PARSED:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        values = _values(node)
        if values >= _MANY_VALUES:
            line = f"line {node.lineno}"  # type: ignore[attr-defined]
            why = f"{values} values are written here one after another, as data are."
            reading.findings.append(found("code.literals", f"{where}, {line}" if where else line, why, values=values))


def _values(node: ast.AST) -> int:
    """How many plain values stand directly in a list, tuple, set or dictionary, or as lines of one text."""
    match node:
        case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
            return sum(isinstance(part, ast.Constant | ast.UnaryOp) for part in parts)
        case ast.Dict(values=parts):
            return sum(isinstance(part, ast.Constant | ast.UnaryOp) for part in parts)
        case ast.Constant(value=str() as text) if text.count("\n") >= _MANY_VALUES:
            return sum(line.count(",") + line.count("\t") > 0 for line in text.split("\n"))
        case _:
            return 0
