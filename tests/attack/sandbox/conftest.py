"""A sandbox opened by root and by an ordinary user, as far as the person who runs the tests can be both."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.attack.sandbox.controls import ALSO_CONTROLS, ELSEWHERE

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[2]
ORDINARY = 54321


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Controls, which make an attack with its defence switched off, take as long as the attacks: they are heavy."""
    controls = {*ELSEWHERE.values(), *ALSO_CONTROLS, "test_it_succeeds_without_its_defence"}
    for item in items:
        if item.path.is_relative_to(HERE) and getattr(item, "originalname", "") in controls:
            item.add_marker(pytest.mark.heavy)


@dataclass(frozen=True)
class Outside:
    """One person outside, with a home and data to show inside, and a way to open a sandbox with them."""

    uid: int
    scratch: Path

    @property
    def is_root(self) -> bool:
        return self.uid == 0

    @property
    def home(self) -> Path:
        return self.scratch / "home"

    @property
    def data(self) -> Path:
        return self.scratch / "data"

    def command(self, argv: list[str], **given: object) -> list[str]:
        plan = {"home": str(self.home), "data": str(self.data), "argv": argv, "allow_cgroups": True, **given}
        become = ["setpriv", f"--reuid={self.uid}", f"--regid={self.uid}", "--clear-groups"]
        program = [sys.executable, "-B", str(HERE / "driver.py"), json.dumps(plan)]
        return program if self.uid == os.getuid() else [*become, *program]

    def environment(self) -> dict[str, str]:
        ours = {"PYTHONPATH": str(REPOSITORY), "HOME": str(self.scratch)}
        return {**os.environ, **ours, "A_SECRET_OF_THE_HOST": "x", "SHOWN_WHEN_OFF": str(self.scratch)}

    def open(self, argv: list[str], **given: object) -> dict:
        done = subprocess.run(
            self.command(argv, **given),
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def _people() -> list[str]:
    return ["root", "ordinary"] if os.getuid() == 0 else ["ordinary"]


@pytest.fixture(scope="session", params=_people())
def outside(request: pytest.FixtureRequest) -> Iterator[Outside]:
    uid = os.getuid() if request.param == "root" or os.getuid() != 0 else ORDINARY
    # Not below pytest's own folder, which only its owner may enter.
    scratch = Path(tempfile.mkdtemp(prefix="tre-attack-"))
    for name in ("home", "data", "other-home"):
        (scratch / name).mkdir()
    (scratch / "data" / "view.parquet").write_bytes(b"PAR1")
    (scratch / "other-home" / "notes.txt").write_text("notes")
    private = scratch / "data" / "private"
    private.write_text("only its owner may read this")
    private.chmod(0o600)
    if uid != os.getuid():
        for place in (scratch, *scratch.rglob("*")):
            os.chown(place, uid, uid)
    scratch.chmod(0o755)
    yield Outside(uid, scratch)
    shutil.rmtree(scratch)


@pytest.fixture(scope="session")
def other_machine() -> Iterator[tuple[str, int]]:
    """Another machine: a network namespace at the end of a cable, with a server. Root can make one; else an address."""
    name, host, there = f"tre{os.getpid()}", "198.18.77.1", "198.18.77.2"
    laid = [
        f"netns add {name}",
        f"link add {name}a type veth peer name {name}b netns {name}",
        f"addr add {host}/30 dev {name}a",
        f"link set {name}a up",
        f"-n {name} addr add {there}/30 dev {name}b",
        f"-n {name} link set {name}b up",
    ]
    ip = shutil.which("ip", path="/usr/sbin:/sbin:/usr/bin")
    if os.getuid() != 0 or ip is None:
        yield "192.0.2.2", 80
        return
    try:
        if any(subprocess.run([ip, *line.split()], capture_output=True, check=False).returncode for line in laid):
            yield "192.0.2.2", 80
            return
        serve = (
            "import socket, time; kept = socket.create_server(('', 80)); print('ready', flush=True); time.sleep(600)"
        )
        with subprocess.Popen(
            [ip, "netns", "exec", name, "/usr/bin/python3", "-c", serve], stdout=subprocess.PIPE
        ) as server:
            server.stdout.readline()
            yield there, 80
            server.kill()
    finally:
        for line in (f"link del {name}a", f"netns del {name}"):
            subprocess.run([ip, *line.split()], capture_output=True, check=False)


@pytest.fixture
def inside_program() -> Callable[[dict], list[str]]:
    text = (HERE / "inside.py").read_text()

    def argv(given: dict) -> list[str]:
        return ["/opt/tre/venv/bin/python", "-I", "-c", text, json.dumps(given)]

    return argv
