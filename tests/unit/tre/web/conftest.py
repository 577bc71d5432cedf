"""An airlock with a request of every kind of file, and browsers of its people."""

import pytest

from tests.desk import PREFIX, Browser, served
from tests.furnished import installation as furnished
from tests.furnished import sample


@pytest.fixture
def installation(tmp_path):
    app = furnished(tmp_path / "home")
    sample(app)
    return app


@pytest.fixture
def browse(installation):
    """A browser of somebody's: ``browse("chidi").get("")``."""
    application = served(installation)

    def as_person(person=None):
        headers = {"x-test-person": person} if person else {}
        return Browser(application, base_url=f"http://testserver{PREFIX}", headers=headers, follow_redirects=False)

    return as_person
