"""A home that grows past its limit, in a real hub: the workspace ends, the log says why, and it can be opened again."""

from collections.abc import Iterator

import httpx
import pytest

from tests.hub import Hub, installed, serving, until
from tests.stores import stores
from tre.app import Tre
from tre.settings import Settings

pytestmark = [pytest.mark.sandbox, pytest.mark.heavy]  # a hub for each

GROW = """
import time
for number in range(40):
    with open(f"/home/researcher/piece{number}", "wb") as file:
        file.write(bytes(4 << 20))
    time.sleep(0.1)
"""


LISTED = "import os; print(os.listdir('/home/researcher'))"


@pytest.fixture
def small() -> Iterator[Settings]:
    with installed() as settings:
        yield settings.model_copy(update={"max_home_bytes": 32 << 20})


def growing(hub: Hub) -> httpx.Client:
    """Ana's client, whose home has begun to grow."""
    client = hub.client("ana")
    assert hub.open(client, "ana", "pay").status_code in {201, 202}
    # In a session of its own: it must outlive the kernel that started it.
    hub.run(
        client,
        "ana",
        "pay",
        f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {GROW!r}], start_new_session=True)",
    )
    return client


def reasons(settings: Settings) -> list[str]:
    entries = stores(Tre.open(settings)).database.entries()
    return [e.details["reason"] for e in entries if e.action == "workspace.closed" and "reason" in e.details]


def test_a_full_home_ends_its_workspace_with_a_reason(small):
    with serving(small) as hub:
        client = growing(hub)
        assert "holds more than it may" in until(lambda: reasons(small), 40.0)[-1]
        assert hub.open(client, "ana", "pay").status_code in {201, 202}
        assert "piece0" in hub.run(client, "ana", "pay", LISTED)


def test_without_its_limit_a_home_grows_and_its_workspace_stays(small):
    roomy = small.model_copy(update={"max_home_bytes": 1 << 30})
    with serving(roomy) as hub:
        client = growing(hub)
        assert until(lambda: "piece39" in hub.run(client, "ana", "pay", LISTED))
        assert client.get("/user/ana/pay/api/status").status_code == 200
        assert reasons(small) == []
