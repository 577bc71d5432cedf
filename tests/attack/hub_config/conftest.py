"""A real hub for attacks from one person's session on another's workspace."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hub import Hub, install, serving


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    # Not below pytest's own folder: a unix socket's address must be short.
    folder = Path(tempfile.mkdtemp(prefix="tre-hub-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def hub(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with serving(install(home, tmp_path_factory.mktemp("deliveries"))) as running:
        yield running
