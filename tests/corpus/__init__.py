"""Files with something planted in them, and their clean twins, made once for each run by the libraries people use.

A builder is a function of no arguments that yields cases; ``leaks()``, ``twins()`` and ``ordinary()`` gather them. The
libraries take seconds to import, so that builders are imported by the process that makes the files.
"""

from importlib import import_module

from tests.corpus.case import MARKER, NHS, Case
from tests.once import computed_once

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


def leaks() -> list[Case]:
    """Every file with something planted."""
    return _made_by("leaks", *_BUILDERS)


def twins() -> list[Case]:
    """For every format that may leave, the same kind of file with nothing planted."""
    return _made_by("twins", *_BUILDERS)


def ordinary() -> list[Case]:
    """Outputs as research has them."""
    return _made_by("files", "ordinary_files")


def _made_by(what: str, *builders: str) -> list[Case]:
    def cases() -> list[Case]:
        modules = [import_module(f"tests.corpus.{builder}") for builder in builders]
        return [case for module in modules for case in getattr(module, what)()]

    return computed_once(f"corpus-{what}", cases)
