"""The bombs of ``test_sandbox_limits`` with their limit switched off: each goes past it, to an end of its own."""

import json
import os
import secrets
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.attack.sandbox.test_sandbox_limits import FORK_BOMB, LARGE_FILE, MIB, PYTHON, alive, until

pytestmark = pytest.mark.sandbox

MEMORY = """
import time
kept = []
for _ in range(75):
    kept.append(bytearray(b"x" * (4 << 20)))
    time.sleep(0.03)
time.sleep(4)
print("all")
"""
# Eight processes of 40 MiB each, none of which is large.
MANY = """
import os, time
for number in range(8):
    if os.fork() == 0:
        kept = bytearray(b"x" * (40 << 20))
        time.sleep(4)
        os._exit(0)
print("all" if not any([os.wait()[1] for _ in range(8)]) else "some")
"""
FORKS = FORK_BOMB.replace("2000", "80").replace("except", "    print('all')\nexcept")
ROOMY = {"tmp_bytes": 64 * MIB * 4, "file_bytes": 64 * MIB}


def test_forks_go_on(outside):
    report = outside.open([*PYTHON, FORKS], limits={"processes": 40}, off=["limits"])
    assert report["log"].split()[-1] == "all"


@pytest.mark.heavy
def test_memory_goes_on(outside):
    small = {"memory_bytes": 200 * MIB}
    held = outside.open([*PYTHON, MEMORY], limits=small, allow_cgroups=outside.is_root)
    assert held["out_of_memory"]
    assert "all" not in held["log"]
    # Where no control group limits, the watchdog does: with a limit of its own that is out of reach.
    off = {"memory_bytes": 8 << 30}
    assert outside.open([*PYTHON, MEMORY], limits=off, off=["limits"], allow_cgroups=False)["log"] == "all\n"


@pytest.mark.heavy
def test_memory_of_many_goes_on(outside):
    held = outside.open([*PYTHON, MANY], limits={"memory_bytes": 200 * MIB}, allow_cgroups=outside.is_root)
    assert held["out_of_memory"]
    assert "all" not in held["log"]
    off = {"memory_bytes": 8 << 30}
    assert outside.open([*PYTHON, MANY], limits=off, off=["limits"], allow_cgroups=False)["log"] == "all\n"


def test_a_log_goes_on(outside):
    report = outside.open(["/bin/bash", "-c", "head -c 20000000 /dev/zero | tr '\\0' x"], off=["size of the log"])
    assert len(report["log"]) == 20_000_000


@pytest.mark.parametrize("place", ["/home/researcher/large", "/tmp/large", "/dev/shm/large"])  # noqa: S108
def test_files_go_on(outside, place):
    try:
        assert outside.open([*PYTHON, LARGE_FILE, place], limits=ROOMY)["log"].split() == ["written"]
    finally:
        (outside.home / "large").unlink(missing_ok=True)


def ended(marker: str) -> None:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if marker.encode() in (entry / "cmdline").read_bytes():
                    os.kill(int(entry.name), signal.SIGKILL)


@pytest.mark.parametrize("then", ["exit 3", "sleep 60"], ids=["the first program ends", "time is over"])
def test_without_a_namespace_of_its_own_processes_go_on(outside, then):
    # Where a control group holds them, its end is theirs as well: it is one of the limits.
    marker = f"6666{secrets.randbelow(10**6)}"
    try:
        outside.open(
            ["/bin/bash", "-c", f"setsid sleep {marker} >/dev/null 2>&1 & {then}"],
            timeout_s=6,
            off=["processes", "limits"],
        )
        assert alive(marker)
    finally:
        ended(marker)


def runs(*command: str) -> bool:
    """Whether a process is this very program; the sandbox around it has it among its arguments before it begins."""
    wanted = "".join(f"{word}\0" for word in command).encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                if (entry / "cmdline").read_bytes() == wanted:
                    return True
    return False


def test_it_would_outlive_the_program_that_opened_it(outside):
    marker = f"5555{secrets.randbelow(10**6)}"
    driver = subprocess.Popen(
        outside.command(["/bin/sleep", marker], stay=True, off=["end of the opener"]),
        env=outside.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert json.loads(driver.stdout.readline())["pid"]
        assert until(lambda: runs("/bin/sleep", marker))
        driver.kill()
        driver.wait()
        time.sleep(1.0)
        assert runs("/bin/sleep", marker)
    finally:
        driver.kill()
        driver.wait()
        ended(marker)
