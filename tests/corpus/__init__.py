"""Files with something planted in them, and their clean twins, made anew for each run by the libraries people use.

A builder is a function of no arguments that yields cases; ``leaks()``, ``twins()`` and ``ordinary()`` gather them. The
libraries take seconds to import, so that each builder is imported when it is first asked.
"""

from collections.abc import Iterator
from importlib import import_module

from tests.corpus.case import MARKER, NHS, Case

__all__ = ["MARKER", "NHS", "Case", "leaks", "ordinary", "twins"]

_BUILDERS = (
    "tables",
    "texts",
    "pages",
    "notebooks",
    "drawings",
    "pictures",
    "documents",
    "models",
    "databases",
    "unseen",
    "named",
    "packed",
    "shapes",
    "printed",
    "channels",
)


def leaks() -> Iterator[Case]:
    """Every file with something planted."""
    for builder in _BUILDERS:
        yield from import_module(f"tests.corpus.{builder}").leaks()


def twins() -> Iterator[Case]:
    """For every format that may leave, the same kind of file with nothing planted."""
    for builder in _BUILDERS:
        yield from import_module(f"tests.corpus.{builder}").twins()


def ordinary() -> Iterator[Case]:
    """Outputs as research has them."""
    yield from import_module("tests.corpus.ordinary_files").files()
