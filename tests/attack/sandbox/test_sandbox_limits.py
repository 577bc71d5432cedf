"""Bombs in a sandbox, and what is left when it ends."""

# ruff: noqa: S108
import json
import os
import secrets
import subprocess
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.sandbox

PYTHON = ["/opt/tre/venv/bin/python", "-I", "-u", "-c"]
MIB = 1 << 20
MEMORY = 200 * MIB

MEMORY_BOMB = """
kept = []
for number in range(400):
    kept.append(bytearray(b"x" * (4 << 20)))
    print(number * 4)
"""
MEMORY_BY_MANY = """
import os, time
for number in range(40):
    if os.fork() == 0:
        kept = bytearray(b"x" * (40 << 20))
        time.sleep(20)
        os._exit(0)
time.sleep(20)
"""
FORK_BOMB = """
import os, time
made = 0
try:
    while made < 2000:
        if os.fork() == 0:
            time.sleep(30)
            os._exit(0)
        made += 1
except OSError as error:
    print(made, error.errno)
"""
LARGE_FILE = """
import sys
with open(sys.argv[1], "wb") as file:
    try:
        for _ in range(40):
            file.write(b"x" * (1 << 20))
            file.flush()
        print("written")
    except OSError as error:
        print(error.errno)
"""


def modes(outside) -> list[bool]:
    return [True, False] if outside.is_root else [False]


def test_a_memory_bomb_is_stopped_near_its_limit(outside):
    for allow_cgroups in modes(outside):
        report = outside.open([*PYTHON, MEMORY_BOMB], limits={"memory_bytes": MEMORY}, allow_cgroups=allow_cgroups)
        reached = [int(line) for line in report["log"].split() if line.isdigit()]
        assert report["out_of_memory"], report
        assert report["returncode"] != 0
        assert reached[-1] * MIB < 2 * MEMORY, report["limits_mode"]


def test_memory_is_counted_over_all_processes(outside):
    for allow_cgroups in modes(outside):
        report = outside.open([*PYTHON, MEMORY_BY_MANY], limits={"memory_bytes": MEMORY}, allow_cgroups=allow_cgroups)
        assert report["out_of_memory"], report


def test_a_fork_bomb_is_stopped(outside):
    for allow_cgroups in modes(outside):
        report = outside.open([*PYTHON, FORK_BOMB], limits={"processes": 40}, allow_cgroups=allow_cgroups)
        made, error = map(int, report["log"].split())
        assert made <= 40
        assert error == 11  # EAGAIN


@pytest.mark.parametrize(
    ("place", "error"), [("/home/researcher/large", 27), ("/tmp/large", 28), ("/dev/shm/large", 28)]
)
def test_files_have_a_largest_size_and_memory_folders_too(outside, place, error):
    limits = {"file_bytes": 8 * MIB, "tmp_bytes": 4 * MIB}
    report = outside.open([*PYTHON, LARGE_FILE, place], limits=limits)
    assert report["log"].split() == [str(error)]  # EFBIG for the disk, ENOSPC for memory


def test_time_over_ends_everything_inside(outside):
    marker = f"7777{secrets.randbelow(10**6)}"
    script = f"setsid sleep {marker} >/dev/null 2>&1 & sleep {marker}"
    report = outside.open(["/bin/bash", "-c", script], timeout_s=2)
    assert report["timed_out"]
    assert not alive(marker)


def test_the_end_of_the_first_program_ends_its_background_ones(outside):
    marker = f"8888{secrets.randbelow(10**6)}"
    report = outside.open(["/bin/bash", "-c", f"setsid sleep {marker} >/dev/null 2>&1 & exit 3"])
    assert report["returncode"] == 3
    assert not alive(marker)


def test_nothing_outlives_the_program_that_opened_it(outside):
    marker = f"9999{secrets.randbelow(10**6)}"
    driver = subprocess.Popen(
        outside.command(["/bin/sleep", marker], stay=True),
        env=outside.environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert json.loads(driver.stdout.readline())["pid"]
        assert until(lambda: alive(f"sleep\0{marker}"))
        # bwrap's first process asks to die with its parent just after it has forked the program: docs/security.md.
        time.sleep(1.0)
    finally:
        driver.kill()
        driver.wait()
    assert until(lambda: not alive(marker))


def test_a_large_log_is_cut(outside):
    report = outside.open(["/bin/bash", "-c", "head -c 20000000 /dev/zero | tr '\\0' x"])
    assert report["returncode"] == 0
    assert len(report["log"]) == 16 * MIB


def alive(marker: str) -> bool:
    found = False
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            found = found or (marker.encode() in command and b"driver.py" not in command)
    return found


def until(condition, patience_s: float = 15.0) -> bool:
    end = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
