"""A hub for the tests of this folder."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hub import Hub, alive, install, serving, until
from tre.settings import Settings


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    # Not below pytest's own folder: a unix socket's address must be short.
    home = Path(tempfile.mkdtemp(prefix="tre-hub-"))
    yield install(home, tmp_path_factory.mktemp("deliveries"))
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="module")
def hub(installation: Settings) -> Iterator[Hub]:
    with serving(installation) as running:
        yield running


@pytest.fixture
def fresh_hub(installation: Settings) -> Iterator[Hub]:
    with serving(installation) as running:
        yield running


@pytest.fixture
def until_gone() -> Callable[[list[int]], None]:
    """Wait until none of some processes runs."""

    def wait(pids: list[int]) -> None:
        until(lambda: not alive(pids), 30.0)

    return wait


@pytest.fixture
def until_empty() -> Callable[[Path], None]:
    """Wait until a folder holds nothing."""

    def wait(folder: Path) -> None:
        until(lambda: not list(folder.iterdir()), 30.0)

    return wait
