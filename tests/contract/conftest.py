"""One suite for every adapter of a port: each test runs on SQLite and on PostgreSQL."""

import pytest

from tests.postgres import cluster, fresh_database
from tre.adapters.database.database import Database
from tre.adapters.keys import Keys


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL cluster of this test process."""
    with cluster() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'tre.db'}"
    return fresh_database(request.getfixturevalue("server"))


@pytest.fixture
def keys(tmp_path):
    return Keys(tmp_path / "secrets")


@pytest.fixture
def database(url, keys):
    opened = Database(url, keys.sign)
    yield opened
    opened.engine.dispose()
