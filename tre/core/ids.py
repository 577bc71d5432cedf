"""Identifiers and the shape they must have before they may become a path, a row or a URL."""

import re
from typing import Final, NewType

from tre.core.errors import BadInput

PersonId = NewType("PersonId", str)
ProjectId = NewType("ProjectId", str)
DatasetId = NewType("DatasetId", str)
RunId = NewType("RunId", str)
RequestId = NewType("RequestId", str)
ReleaseId = NewType("ReleaseId", str)

SLUG: Final = re.compile(r"[a-z][a-z0-9-]{0,62}")


def check_slug(value: str, *, what: str) -> str:
    """Return ``value`` if it may stand in paths and URLs: lower case letters, digits and hyphens, 1 to 63.

    Raises:
        BadInput: it may not.
    """
    if not SLUG.fullmatch(value):
        raise BadInput(
            f"This {what} name cannot be used.",
            hint="Use 1 to 63 lower case letters, digits and hyphens, beginning with a letter.",
        )
    return value
