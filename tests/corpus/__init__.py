"""Files with something planted in them, and their clean twins, made anew for each run by the libraries people use.

A builder is a function of no arguments that yields cases; ``leaks()``, ``twins()`` and ``ordinary()`` gather them.
"""

from collections.abc import Iterator

from tests.corpus import (
    channels,
    databases,
    documents,
    drawings,
    models,
    named,
    notebooks,
    ordinary_files,
    packed,
    pages,
    pictures,
    printed,
    shapes,
    tables,
    texts,
    unseen,
)
from tests.corpus.case import MARKER, NHS, Case

__all__ = ["MARKER", "NHS", "Case", "leaks", "ordinary", "twins"]

_BUILDERS = (
    tables,
    texts,
    pages,
    notebooks,
    drawings,
    pictures,
    documents,
    models,
    databases,
    unseen,
    named,
    packed,
    shapes,
    printed,
    channels,
)


def leaks() -> Iterator[Case]:
    """Every file with something planted."""
    for builder in _BUILDERS:
        yield from builder.leaks()


def twins() -> Iterator[Case]:
    """For every format that may leave, the same kind of file with nothing planted."""
    for builder in _BUILDERS:
        yield from builder.twins()


def ordinary() -> Iterator[Case]:
    """Outputs as research has them."""
    yield from ordinary_files.files()
