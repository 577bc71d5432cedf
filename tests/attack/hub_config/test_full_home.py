"""A home that grows past its limit, in a real hub: the workspace ends, the log says why, and it can be opened again."""

import pytest

from tests.hub import Hub, install, serving, until
from tre.app import Tre
from tre.settings import Settings

pytestmark = pytest.mark.sandbox

GROW = """
import time
for number in range(40):
    with open(f"/home/researcher/piece{number}", "wb") as file:
        file.write(bytes(4 << 20))
    time.sleep(0.1)
"""


@pytest.fixture(scope="module")
def small(home, tmp_path_factory) -> Settings:
    return install(home, tmp_path_factory.mktemp("deliveries")).model_copy(update={"max_home_bytes": 32 << 20})


@pytest.fixture(scope="module")
def hub(small) -> Hub:
    with serving(small) as running:
        yield running


def test_a_full_home_ends_its_workspace_with_a_reason(hub, small):
    client, app = hub.client("ana"), Tre.open(small)
    assert hub.open(client, "ana", "pay").status_code in {201, 202}
    # In a session of its own: it must outlive the kernel that started it.
    hub.run(
        client,
        "ana",
        "pay",
        f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {GROW!r}], start_new_session=True)",
    )

    def reasons() -> list[str]:
        entries = app.parts.database.entries()
        return [e.details["reason"] for e in entries if e.action == "workspace.closed" and "reason" in e.details]

    assert "holds more than it may" in until(reasons, 40.0)[-1]
    assert hub.open(client, "ana", "pay").status_code in {201, 202}
    assert "piece0" in hub.run(client, "ana", "pay", "import os; print(os.listdir('/home/researcher'))")
