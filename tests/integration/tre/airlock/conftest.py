"""An airlock on SQLite and one on PostgreSQL, each for all tests of a module."""

import pytest

from tests.airlock import Airlock
from tests.postgres import cluster, fresh_database


@pytest.fixture(scope="session")
def server():
    """A PostgreSQL cluster of this test process."""
    with cluster() as address:
        yield address


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def airlock(request, tmp_path_factory):
    """An airlock with its people."""
    home = tmp_path_factory.mktemp("airlock")
    url = "" if request.param == "sqlite" else fresh_database(request.getfixturevalue("server"))
    opened = Airlock(home, url).prepare()
    yield opened
    opened.close()
