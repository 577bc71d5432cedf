"""A command that becomes another program that ends when its parent ends, however that happens. Standard library only.

    python parent_death.py PROGRAM ARGUMENT...

The hub's proxy and services are started through it: without it, killing the hub would leave them running.
"""

import ctypes
import os
import signal
import sys
from typing import Final

_PR_SET_PDEATHSIG: Final = 1


def main(command: list[str]) -> None:
    """Ask for SIGTERM when the parent ends, then become ``command``."""
    parent = os.getppid()
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the signal for the parent's end was refused")
    if os.getppid() != parent or parent == 1:
        sys.exit(0)
    os.execv(command[0], command)  # noqa: S606 - no shell is meant


if __name__ == "__main__":
    main(sys.argv[1:])
