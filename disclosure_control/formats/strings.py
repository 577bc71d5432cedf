"""Letters in bytes of no known form."""

import re
from typing import Final

_MOST_READ: Final = 10_000_000
_PRINTABLE: Final = re.compile(rb"[\x20-\x7e]{4,}")


def printable(content: bytes) -> str:
    """The runs of four or more ASCII letters, digits and signs, a line each."""
    return "\n".join(run.decode("ascii") for run in _PRINTABLE.findall(content[:_MOST_READ]))
