"""The gateway of a running hub: it stands between browser and workspace, counts, and is started again."""

import os
import signal
import stat
from pathlib import Path

import pytest

from hub_config.gateway.registry import FILE
from tests.hub import until

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def ana(hub):
    client = hub.client("ana")
    assert hub.open(client, "ana", "pay").status_code in {201, 202}
    return client


def gateway_of(hub) -> int:
    def found() -> list[int]:
        return [pid for pid in hub.family() if b"hub_config.gateway" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    return until(found)[0]


def test_every_answer_carries_the_gateways_policy(hub, ana):
    for path in ("api/status", "api/contents", "static/favicons/favicon.ico", "lab", "files/a.csv", "nothing"):
        answer = ana.get(f"/user/ana/pay/{path}")
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'"), path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "server" not in answer.headers
    page = ana.get("/user/ana/pay/lab").text
    assert "gateway/guard.js" in page
    assert page.count("<script") == 3


def test_whole_files_are_refused_before_they_reach_the_workspace(hub, ana):
    for path in ("files/.bash_history", "nbconvert/html/a.ipynb", "view/a", "api/contents/a?download=1"):
        answer = ana.get(f"/user/ana/pay/{path}")
        assert answer.status_code == 403
        assert "through the airlock" in answer.json()["message"]


def test_the_gateway_holds_no_key_and_no_setting(hub, ana):
    environment = Path(f"/proc/{gateway_of(hub)}/environ").read_bytes()
    assert b"TRE_" not in environment
    assert b"JUPYTERHUB" not in environment
    assert b"SECRET" not in environment


def test_nobody_else_enters_the_folder_of_sockets(hub, ana):
    run = hub.home / "hub" / "run"
    for path, mode in ((run, 0o700), (run / "gateway.sock", 0o600), (run / "egress.sock", 0o600), (run / FILE, 0o600)):
        assert stat.S_IMODE(path.stat().st_mode) == mode, path


def test_a_gateway_that_is_killed_is_started_again_and_requests_wait_for_it(hub, ana):
    before = gateway_of(hub)
    os.kill(before, signal.SIGKILL)
    for _ in range(5):
        assert ana.get("/user/ana/pay/api/status").status_code in {200, 503}
    until(lambda: ana.get("/user/ana/pay/api/status").status_code == 200, 15.0)
    assert gateway_of(hub) != before
    assert hub.run(ana, "ana", "pay", "print(40 + 2)") == "42\n"
