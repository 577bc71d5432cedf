"""A trusted research environment on Jupyter.

For researchers, in a workspace or run: ``tre.datasets()``, ``tre.load("earnings")`` and ``tre.request(title, outputs,
context=...)``. For engineers: ``tre.app.Tre`` joins the whole journey; read it first.
"""

from tre.core.errors import (
    BadInput,
    BadTransition,
    IntegrityError,
    NotAllowed,
    NotFound,
    TreError,
    Unavailable,
)
from tre.workspace.client import datasets, load, packages, request, request_package, requests

__all__ = [
    "BadInput",
    "BadTransition",
    "IntegrityError",
    "NotAllowed",
    "NotFound",
    "TreError",
    "Unavailable",
    "datasets",
    "load",
    "packages",
    "request",
    "request_package",
    "requests",
]
