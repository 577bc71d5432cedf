"""Hubs for the tests of this folder."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hub import Hub, alive, installed, own_hub, settings_of, until
from tre.settings import Settings


@pytest.fixture(scope="module")
def installation(hub: Hub) -> Settings:
    """What the module's hub runs on."""
    return settings_of(hub.home)


@pytest.fixture
def own_installation() -> Iterator[Settings]:
    with installed() as settings:
        yield settings


@pytest.fixture
def fresh_hub() -> Iterator[Hub]:
    with own_hub() as running:
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
