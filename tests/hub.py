"""A real hub with a few people and two projects, started as `tre up` starts it, and a client that speaks to it."""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from tests.once import made_once
from tests.stores import stores
from tre.adapters.sandbox.processes import descendants
from tre.app import Tre
from tre.core.ids import DatasetId
from tre.demo.deliveries import write_deliveries
from tre.settings import Settings

REPOSITORY = Path(__file__).parents[1]
PASSWORD = "a-long-password-of-a-test"
COURSE = "safe-researcher"
PATIENCE_S = 90.0
MEMBERS = {"ana": "pay", "ben": "other"}  # the project of each


@dataclass
class Hub:
    """One hub in its own process."""

    process: subprocess.Popen[bytes]
    url: str
    home: Path
    log: Path

    def family(self) -> list[int]:
        """Every process that the hub has started."""
        return descendants(self.process.pid)

    def client(self, person: str) -> httpx.Client:
        """A client that holds a token of ``person``, who has logged in as a browser would."""
        assert self.log_in(person, PASSWORD).status_code == 302
        made = httpx.post(
            f"{self.url}/hub/api/users/{person}/tokens",
            json={"auth": {"username": person, "password": PASSWORD}},
            timeout=30,
        )
        assert made.status_code == 201, made.text
        token = made.json()["token"]
        return httpx.Client(base_url=self.url, headers={"Authorization": f"token {token}"}, timeout=PATIENCE_S)

    def log_in(self, person: str, password: str, address: str = "127.0.0.1", **headers: str) -> httpx.Response:
        """Send the login form, from an address of this machine."""
        way = httpx.HTTPTransport(local_address=address)
        with httpx.Client(base_url=self.url, timeout=30, headers=headers, transport=way) as browser:
            browser.get("/hub/login")
            form = {"username": person, "password": password, "_xsrf": browser.cookies["_xsrf"]}
            return browser.post("/hub/login", data=form)

    def open(self, client: httpx.Client, person: str, project: str) -> httpx.Response:
        """Open a workspace and wait until it is ready."""
        answer = client.post(f"/hub/api/users/{person}/servers/{project}")
        if answer.status_code == 202:
            until(lambda: client.get(f"/user/{person}/{project}/api/status").status_code == 200)
        return answer

    def run(self, client: httpx.Client, person: str, project: str, code: str) -> str:
        """Run ``code`` in a fresh kernel of the workspace; what it printed."""
        base = f"/user/{person}/{project}"
        kernel = client.post(f"{base}/api/kernels", json={"name": "python3"})
        assert kernel.status_code == 201, kernel.text
        address = f"{self.url.replace('http', 'ws', 1)}{base}/api/kernels/{kernel.json()['id']}/channels"
        try:
            return asyncio.run(_execute(address, client.headers["Authorization"], code))
        finally:
            client.delete(f"{base}/api/kernels/{kernel.json()['id']}")

    def close_workspaces(self) -> None:
        """Close every workspace that is open, and wait for its end."""
        for person in MEMBERS:
            with self.client(person) as client:
                for project in client.get(f"/hub/api/users/{person}").json()["servers"]:
                    client.delete(f"/hub/api/users/{person}/servers/{project}")
        sockets = self.home / "hub" / "run" / "w"  # made when the first workspace opens
        until(lambda: not sockets.exists() or not list(sockets.iterdir()))

    def end(self, number: int) -> None:
        """Send a signal to the hub alone and wait for its end."""
        self.process.send_signal(number)
        self.process.wait(60)


async def _execute(address: str, authorization: str, code: str) -> str:
    connection = await websocket_connect(HTTPRequest(address, headers={"Authorization": authorization}))
    identifier = uuid.uuid4().hex
    header = {"msg_id": identifier, "msg_type": "execute_request", "session": "s", "username": "", "version": "5.3"}
    content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    await connection.write_message(json.dumps(message))
    said = ""
    while True:
        answer = json.loads(await asyncio.wait_for(connection.read_message(), PATIENCE_S))
        if answer["parent_header"].get("msg_id") != identifier:
            continue
        match answer["msg_type"]:
            case "stream":
                said += answer["content"]["text"]
            case "error":
                said += "\n".join(answer["content"]["traceback"])
            case "status" if answer["content"]["execution_state"] == "idle":
                connection.close()
                return said


def until(condition, patience_s: float = PATIENCE_S):
    end = time.monotonic() + patience_s
    while not (found := condition()):
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.2)
    return found


def alive(pids: list[int]) -> list[int]:
    """Those of ``pids`` that still run."""

    def runs(pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    return [pid for pid in pids if runs(pid)]


def install(home: Path) -> Settings:
    """One dataset; two projects; Ana is a member of the first, Ben of the second; Cleo and Cy check outputs.

    It is made once a run, and copied for each that asks.
    """
    template = made_once("installation", lambda folder: _install(folder / "home", folder / "deliveries"))
    shutil.copytree(template / "home", home, dirs_exist_ok=True)
    # The database holds the folder of a dataset as a path; nothing that is signed does.
    with closing(sqlite3.connect(home / "tre.db")) as connection, connection:
        (stored,) = connection.execute("SELECT document FROM dataset_version").fetchone()
        folder = json.dumps(str(home / "datasets"))[1:-1]
        moved = re.sub(r'(?<="folder":")[^"]*/datasets', lambda _: folder, stored)
        connection.execute("UPDATE dataset_version SET document = ?", (moved,))
    settings = settings_of(home)
    assert Path(stores(Tre.open(settings)).catalogue.version(DatasetId("earnings")).folder).is_relative_to(home)
    return settings


def settings_of(home: Path) -> Settings:
    """What an installation made by ``install`` is set to."""
    return Settings(home=home, training_needed=(COURSE,), workspace_poll_s=1)


def _install(home: Path, deliveries: Path) -> None:
    app = Tre.open(settings_of(home))
    app.people.add("setup", "olga", name="Olga", roles=["operator"], password=PASSWORD)
    people = {"ana": "researcher", "ben": "researcher", "dan": "data-manager", "cleo": "checker", "cy": "checker"}
    for person, role in people.items():
        app.people.add("olga", person, name=person.title(), roles=[role], password=PASSWORD)
        app.people.accredit("olga", person, date(2999, 1, 1))
        app.people.train("olga", person, COURSE, date(2999, 1, 1))
    made = write_deliveries(deliveries)
    contract = REPOSITORY / "tre" / "demo" / "contracts" / "earnings.yaml"
    app.ingest("dan", contract, made.earnings)
    for person, project in MEMBERS.items():
        app.create_project(
            "dan",
            project,
            title=project.title(),
            purpose="A test",
            columns={"earnings": ["sex", "region"]},
            ends_on=date(2999, 1, 1),
        )
        app.projects.add_member("dan", project, person)
    stores(app).database.engine.dispose()


UP = "from hub_config.__main__ import main; raise SystemExit(main(['up']))"


@contextmanager
def serving(installation: Settings, weakened: str = "") -> Iterator[Hub]:
    """A hub on a free port, ended when the block ends; ``weakened`` is what switches defences off in its process."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    settings = installation.model_copy(update={"port": port})
    log = settings.home / "up.log"
    # Nothing of the surroundings that could be mistaken for a setting.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRE_", "JUPYTERHUB_"))}
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, *(["-c", f"{weakened}\n{UP}"] if weakened else ["-m", "hub_config", "up"])],
            env={**kept, **settings.as_environment(), "PYTHONPATH": str(REPOSITORY)},
            cwd=settings.home,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    running = Hub(process, f"http://127.0.0.1:{port}", settings.home, log)
    try:
        until(lambda: b"ready at" in log.read_bytes() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield running
    finally:
        if process.poll() is None:
            running.end(signal.SIGTERM)


@contextmanager
def installed() -> Iterator[Settings]:
    """An installation in a folder that is removed when the block ends."""
    # Not below pytest's own folder: a unix socket's address must be short.
    home = Path(tempfile.mkdtemp(prefix="tre-hub-"))
    try:
        yield install(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def own_hub(weakened: str = "", **settings: object) -> Iterator[Hub]:
    """A hub over an installation of its own."""
    with installed() as installation, serving(installation.model_copy(update=settings), weakened) as running:
        yield running
