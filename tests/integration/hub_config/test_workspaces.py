"""Workspaces in a running hub: who may open one, what a cell in it can reach, what a browser can take from it."""

import json
import socket
import textwrap
from collections.abc import Iterator

import httpx
import pytest

from tests.hub import Hub, own_hub
from tre.projects.workspace import MIB, Limits

pytestmark = pytest.mark.sandbox

LOOK = """
import http.client, json, os, socket, tre

class Relay(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect("/run/tre/hub.sock")

def ask(method, path, **headers):
    connection = Relay("hub")
    connection.request(method, path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode(errors="replace")

def tried(attempt):
    try:
        attempt()
    except OSError as error:
        return type(error).__name__
    return "done"

pay = tre.load("earnings")
print(json.dumps({
    "rows": len(pay),
    "columns": sorted(pay.columns),
    "interfaces": [name for _, name in socket.if_nameindex()],
    "connect": tried(lambda: socket.create_connection(("127.0.0.1", PORT), 3)),
    "write": tried(lambda: open("/data/new", "w")),
    "exists": {path: os.path.lexists(path) for path in PATHS},
    "hub": ask("GET", "/hub/api")[0],
    "login": ask("GET", "/hub/login")[0],
    "others activity": ask("POST", "/hub/api/users/ben/activity")[0],
    "requests": ask("GET", "/airlock/requests", **{"X-TRE-Person": "ben"}),
    "secrets": [name for name in os.environ if "SECRET" in name or "RELAY" in name],
}))
"""


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    """One for this module: requests are sent in it, and what Ana's home holds is changed."""
    with own_hub() as running:
        yield running


@pytest.fixture(scope="module")
def ana(hub):
    client = hub.client("ana")
    opened = hub.open(client, "ana", "pay")
    assert opened.status_code in {201, 202}, opened.text
    return client


def test_a_cell_loads_the_view_and_reaches_nothing_else(hub, ana, installation):
    paths = [str(hub.home), str(installation.home / "hub"), "/root", "/opt/tre/lib/hub_config", str(hub.log)]
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        code = f"PORT, PATHS = {port}, {paths!r}\n" + textwrap.dedent(LOOK)
        seen = json.loads(hub.run(ana, "ana", "pay", code).splitlines()[-1])
    assert seen["rows"] == 5000
    assert seen["columns"] == ["region", "sex"]
    assert seen["interfaces"] == ["lo"]
    assert seen["connect"] == "ConnectionRefusedError"
    assert seen["write"] == "OSError"
    assert not any(seen["exists"].values())
    assert seen["hub"] == 200
    assert seen["login"] == seen["others activity"] == 403
    assert seen["requests"][0] == 200
    # Other tests of this module may have sent some.
    assert set(json.loads(seen["requests"][1])) == {"requests"}
    assert seen["secrets"] == []


@pytest.mark.parametrize("path", ["files/run.ipynb", "nbconvert/html/run.ipynb", "view/run.ipynb"])
def test_whole_files_do_not_leave_through_the_browser(ana, path):
    assert ana.get(f"/user/ana/pay/{path}").status_code in {403, 404}


def test_a_member_of_another_project_is_refused_in_words(hub, ana):
    ben = hub.client("ben")
    refused = hub.open(ben, "ben", "pay")
    assert refused.status_code == 403
    assert "not a member of project 'pay'" in refused.text


def test_a_project_that_does_not_exist_is_refused_alike(hub, ana):
    refused = hub.open(ana, "ana", "no-such")
    assert refused.status_code == 403
    assert "not a member of project 'no-such'" in refused.text


def test_there_is_no_workspace_without_a_project(hub, ana):
    refused = ana.post("/hub/api/users/ana/server")
    assert refused.status_code == 403
    assert "belongs to a project" in refused.text


@pytest.mark.parametrize("person", ["ben", "olga", "dan", "cleo"])
def test_nobody_else_enters_not_even_an_operator(hub, ana, person):
    other = hub.client(person)
    assert other.get("/user/ana/pay/api/status").status_code == 403
    assert other.get("/user/ana/pay/api/contents").status_code == 403


def test_nobody_opens_a_workspace_for_somebody_else(hub, ana):
    assert hub.client("olga").post("/hub/api/users/ana/servers/pay").status_code in {403, 404}
    assert hub.client("ben").post("/hub/api/users/ana/servers/pay").status_code in {403, 404}


def test_a_wrong_password_opens_nothing(hub):
    assert hub.log_in("ana", "a-guess-of-a-password").status_code == 403
    body = {"auth": {"username": "ana", "password": "a-guess-of-a-password"}}
    assert httpx.post(f"{hub.url}/hub/api/users/ana/tokens", json=body).status_code == 403


def test_the_lab_shows_what_this_workspace_uses_and_nothing_of_the_host(ana):
    ana.get("/user/ana/pay/api/metrics/v1")
    told = ana.get("/user/ana/pay/api/metrics/v1").json()
    assert told["limits"]["memory"] == {"rss": Limits().memory_bytes, "pss": Limits().memory_bytes, "warn": False}
    assert told["limits"]["cpu"] == {"cpu": Limits().cpus, "warn": False}
    assert told["cpu_count"] == Limits().cpus
    assert 20 * MIB < told["rss"] < Limits().memory_bytes
    assert set(told) == {"rss", "pss", "cpu_percent", "cpu_count", "limits"}


def test_the_panel_asks_the_same_as_python_and_the_command_line(hub, ana):
    base = "/user/ana/pay/tre"
    assert ana.get(f"{base}/outputs").json() == {"folders": []}
    assert ana.get(f"{base}/requests").json() == {"requests": []}
    made = hub.run(ana, "ana", "pay", PANEL)
    assert "No requests yet." in made
    (folder,) = ana.get(f"{base}/outputs").json()["folders"]
    assert (folder["folder"], folder["outcome"]) == ("work/outputs", "pass")
    (sent,) = ana.get(f"{base}/requests").json()["requests"]
    assert (sent["title"], sent["state"]) == ("Sex by region", "in review")
    form = {"title": "The same again", "context": "For a table.", "folder": "work/outputs", "update": ""}
    assert ana.post(f"{base}/requests", json=form).json()["state"] == "in review"
    refused = ana.post(f"{base}/requests", json={**form, "folder": "nowhere"})
    assert refused.status_code == 409
    assert "no such folder" in refused.json()["message"]
    assert refused.json()["hint"]


def test_every_engine_loads_the_view(hub, ana):
    assert json.loads(hub.run(ana, "ana", "pay", ENGINES).splitlines()[-1]) == dict.fromkeys(
        ["pandas", "polars", "duckdb", "dask"], 5000
    )


@pytest.mark.parametrize("path", ["outputs", "requests", "templates", "idle"])
def test_the_panel_answers_nobody_else_and_takes_nothing_without_the_token_of_the_page(hub, ana, path):
    assert hub.client("ben").get(f"/user/ana/pay/tre/{path}").status_code == 403
    with httpx.Client(base_url=hub.url) as nobody:
        assert nobody.get(f"/user/ana/pay/tre/{path}").status_code in {302, 403}
        # The gateway knows no way to change the outputs at all.
        refused = 405 if path == "outputs" else 403
        assert nobody.post(f"/user/ana/pay/tre/{path}", json={}).status_code == refused


def test_extensions_of_the_page_come_from_no_home(hub, ana):
    planted = hub.run(ana, "ana", "pay", PLANT)
    assert "planted" in planted
    page = ana.get("/user/ana/pay/lab").text
    assert "tre-workspace" in page
    assert "planted" not in page
    assert ana.get("/user/ana/pay/lab/extensions/planted/static/x.js").status_code == 404


PANEL = """
import subprocess, tre, disclosure_control as sdc
pay = tre.load("earnings")
outputs = sdc.Outputs("work/outputs")
outputs.crosstab(pay.sex, pay.region, name="sex-by-region")
outputs.finalise()
def said(*words):
    done = subprocess.run(["tre", *words], capture_output=True, text=True)
    print(done.stdout, done.stderr)
said("request", "list")
said("request", "create", "--title", "Sex by region", "--context", "For a table.", "--folder", "work/outputs")
said("--json", "request", "list")
"""

ENGINES = """
import json, tre
told = {engine: tre.load("earnings", engine=engine) for engine in ("pandas", "polars", "duckdb", "dask")}
told["polars"], told["duckdb"] = told["polars"].collect(), told["duckdb"].df()
print(json.dumps({engine: len(frame) for engine, frame in told.items()}))
"""

PLANT = """
import json, os
folder = os.path.expanduser("~/.local/share/jupyter/labextensions/planted/static")
os.makedirs(folder)
open(folder + "/x.js", "w").write("alert(1)")
about = {"name": "planted", "version": "1", "jupyterlab": {"extension": True, "_build": {"load": "static/x.js"}}}
json.dump(about, open(folder + "/../package.json", "w"))
print("planted")
"""
