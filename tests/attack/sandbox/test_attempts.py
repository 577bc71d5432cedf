"""Every attempt to get out of a sandbox, made twice: against all of it, and with its defence switched off.

``table`` names what must be switched off for each. Some attempts need root outside for their control, and some a part
of the kernel that is not everywhere: then the machine itself refuses, without any sandbox, and the control is skipped
with what it said.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attack.sandbox.table import NAMES, ONLY_ROOTS, ROOTS, TABLE
from tre.adapters.sandbox.limiter import OPEN_FILES

pytestmark = pytest.mark.sandbox

HERE = Path(__file__).parent
INSIDE = "/opt/attempts"
SANDBOX_ID = 65533


@pytest.fixture(scope="module")
def victim(outside, tmp_path_factory) -> Iterator[dict]:
    """Somebody else's process with the id that the sandbox has outside."""
    identity = SANDBOX_ID if outside.is_root else outside.uid
    folder = outside.scratch / "victim"
    folder.mkdir()
    if os.getuid() == 0:
        os.chown(folder, identity, identity)
    with subprocess.Popen(
        [*become(identity), "/usr/bin/python3", "-c", (HERE / "victim.py").read_text(), str(folder), "victim.py"],
        env={"VICTIM_SECRET": "a secret of the victim"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield json.loads(process.stdout.readline())
        process.stdin.close()
    shutil.rmtree(folder)


def become(identity: int) -> list[str]:
    if os.getuid() != 0 or identity == 0:
        return []
    return ["setpriv", f"--reuid={identity}", f"--regid={identity}", "--clear-groups"]


@pytest.fixture(scope="module")
def room(outside, victim, other_machine) -> "Room":
    shown = outside.scratch / "shown"
    shown.mkdir(exist_ok=True)
    (shown / "hub.sock").touch()
    other = outside.scratch / "other-home"
    (other / "outputs.csv").touch()
    for place in (shown, shown / "hub.sock", other, other / "outputs.csv"):
        place.chmod(0o755 if place.is_dir() else 0o644)
        if os.getuid() == 0:
            os.chown(place, outside.uid, outside.uid)
    if outside.is_root:
        # Of the same id as the room outside: only that it is not shown keeps it closed.
        for place in (other, other / "outputs.csv"):
            os.chown(place, SANDBOX_ID, SANDBOX_ID)
    if os.getuid() == 0:
        traps(outside.data)
    return Room(outside, {**victim, "outside": other_machine})


def traps(data: Path) -> None:
    """What only root can lay out: a device, a program that becomes root, one with a capability, a closed file."""
    device = data / "device"
    if device.exists():
        return
    os.mknod(device, 0o20666, os.makedev(1, 3))
    device.chmod(0o666)
    closed = data / "root-only"
    closed.write_text("only root may read this")
    closed.chmod(0o600)
    for name in ("setuid", "capable"):
        shutil.copy("/usr/bin/cat", data / name)
        os.chown(data / name, 0, 0)
        (data / name).chmod(0o755)
    (data / "setuid").chmod(0o4755)
    # Version 2, effective; CAP_DAC_READ_SEARCH permitted.
    os.setxattr(data / "capable", "security.capability", b"\x01\x00\x00\x02\x04" + bytes(15))


class Room:
    """Makes attempts in sandboxes of one person, one sandbox for each set of defences switched off."""

    def __init__(self, outside, victim: dict) -> None:
        self._outside = outside
        self._given = {
            **victim,
            "other": str(outside.scratch / "other-home"),
            "environment_secret": "A_SECRET_OF_THE_HOST",
            "open_files": OPEN_FILES,
            "inside": [],
            "setuid": "/data/setuid",
            "capable": "/data/capable",
            "descriptor": 0,
        }
        self._known: dict[tuple[str, ...], dict[str, str]] = {}

    @property
    def is_root(self) -> bool:
        return self._outside.is_root

    def outcomes(self, off: tuple[str, ...]) -> dict[str, str]:
        """How the attempts that ``off`` should let through end with it; all attempts where nothing is off."""
        if off not in self._known:
            names = [a.name for a in TABLE if not off or a.switched_off(self.is_root) == off]
            self._known[off] = self._outcomes(names, off)
        return self._known[off]

    def _outcomes(self, names: list[str], off: tuple[str, ...]) -> dict[str, str]:
        if off == ("sandbox",):
            return self.without(names, as_root=False)
        report = self._outside.open(
            ["/opt/tre/venv/bin/python", "-I", f"{INSIDE}/main.py"],
            mounts=[[str(HERE / "attempts"), INSIDE], [str(self._outside.scratch / "shown"), "/run/tre"]],
            env={"ATTEMPTS": json.dumps({**self._given, "names": names})},
            off=off,
            descriptors=str(self._outside.scratch),
        )
        assert report["returncode"] == 0, report["log"]
        return json.loads(report["log"])

    def without(self, names: list[str], *, as_root: bool) -> dict[str, str]:
        """How attempts end with no sandbox at all, by whom the sandbox would be outside or by root."""
        identity = 0 if as_root else SANDBOX_ID if self.is_root else self._outside.uid
        data = self._outside.data
        given = {**self._given, "setuid": str(data / "setuid"), "capable": str(data / "capable"), "names": names}
        said = subprocess.run(
            [*become(identity), sys.executable, "-B", str(HERE / "attempts" / "main.py")],
            env={"ATTEMPTS": json.dumps(given), "ROOT_ONLY": str(data / "root-only")},
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert said.returncode == 0, said.stderr
        return json.loads(said.stdout)


def test_the_table_is_long_and_names_each_attempt_once():
    assert len(NAMES) == len(set(NAMES)) >= 60
    assert all(attempt.why for attempt in TABLE if len(attempt.off) > 1)


@pytest.mark.parametrize("name", NAMES)
def test_it_is_held(room, name):
    if name in ONLY_ROOTS and not room.is_root:
        pytest.skip("whoever opens the room owns it")
    assert room.outcomes(())[name].isupper() or room.outcomes(())[name].startswith("signal"), room.outcomes(())[name]


@pytest.mark.parametrize("attempt", TABLE, ids=NAMES)
def test_it_succeeds_without_its_defence(room, attempt):
    off = attempt.switched_off(room.is_root)
    if ("rights" in off or "uid" in off) and not room.is_root:
        pytest.skip(ROOTS)
    ended = room.outcomes(off)[attempt.name]
    if ended == "EACCES" and not room.is_root:
        pytest.skip("it belongs to somebody else on the machine")
    if ended != "done":
        alone = room.without([attempt.name], as_root="rights" in off)[attempt.name]
        if alone != "done":
            pytest.skip(f"this machine refuses it without any sandbox: {alone}")
    assert ended == "done"
