"""What takes seconds to make, made once a run: the processes of one run share a folder, and wait for each other."""

import fcntl
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")

_folder: list[Path] = []


def share(factory: pytest.TempPathFactory) -> None:
    """Keep what is made where every process of this run looks: above the folders that they have each to themselves."""
    own = factory.getbasetemp()
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    _folder[:] = [shared]


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder that ``make`` has filled, in this process or in another; nobody may change anything in it."""
    done, unfinished = _folder[0] / f"once-{name}", _folder[0] / f"once-{name}.unfinished.{os.getpid()}"
    with (_folder[0] / f"once-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(done)
    return done


def computed_once(name: str, compute: Callable[[], T]) -> T:
    """A value of its own for each caller, that was computed once a run."""

    def write(folder: Path) -> None:
        (folder / "value").write_bytes(pickle.dumps(compute()))

    value: T = pickle.loads((made_once(name, write) / "value").read_bytes())  # noqa: S301 - this run wrote it
    return value
