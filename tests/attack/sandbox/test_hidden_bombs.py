"""Bombs that a sum over processes does not see, and those on the disk; each ends a little above its limit.

Each is set off twice: as it is, and with what stops it switched off, when it goes on to an end of its own.
"""

import pytest

pytestmark = pytest.mark.sandbox

PYTHON = ["/opt/tre/venv/bin/python", "-I", "-u", "-c"]
MIB = 1 << 20
MEMORY = 200 * MIB

# At most 800 MiB in the buffers of sockets that nobody reads.
SOCKETS = """
import socket, time
kept, held = [], 0
while held < 800 << 20:
    pair = socket.socketpair()
    kept.append(pair)
    for end in pair:
        end.setblocking(False)
        try:
            while True:
                held += end.send(bytes(1 << 16))
        except BlockingIOError:
            pass
    time.sleep(0.001)
time.sleep(1)
print("all")
"""
# At most 300 000 empty files in memory, which no size of a folder counts.
NAMES = """
import os, time
for number in range(300_000):
    os.close(os.open(f"/tmp/{number}", os.O_CREAT | os.O_WRONLY))
time.sleep(1)
print("all")
"""
HOME_BYTES = """
import time
for number in range(40):
    with open(f"/home/researcher/piece{number}", "wb") as file:
        file.write(bytes(4 << 20))
    time.sleep(0.2)
    print(number)
print("all")
"""
HOME_FILES = """
import time
for number in range(5_000):
    open(f"/home/researcher/empty{number}", "w").close()
    time.sleep(0.0005)
time.sleep(3)
print("all")
"""
TIDY = """
import pathlib, time
for place in pathlib.Path("/home/researcher").glob("piece*"):
    place.unlink()
time.sleep(2)
print("all")
"""
LINKED = """
import os, time
os.symlink("/usr", "/home/researcher/away")
time.sleep(2.5)
print("all")
"""
# Two processes that work for half a second each, however long that takes them.
PROCESSOR = """
import os, time
began = time.monotonic()
for _ in range(2):
    if os.fork() == 0:
        while time.process_time() < 0.5:
            pass
        os._exit(0)
for _ in range(2):
    os.wait()
print(time.monotonic() - began)
"""


def modes(outside) -> list[bool]:
    return [True, False] if outside.is_root else [False]


@pytest.fixture(autouse=True)
def empty_home(outside):
    yield
    for name in ("piece*", "empty*", "away"):
        for place in outside.home.glob(name):
            place.unlink()


@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param(SOCKETS, id="buffers of sockets"),
        pytest.param(NAMES, id="names in memory", marks=pytest.mark.heavy),
    ],
)
def test_memory_that_belongs_to_no_process_is_limited(outside, bomb):
    for allow_cgroups in modes(outside):
        report = outside.open([*PYTHON, bomb], limits={"memory_bytes": MEMORY}, allow_cgroups=allow_cgroups)
        assert "all" not in report["log"].split(), report
        assert report["out_of_memory"], report
    assert "all" in outside.open([*PYTHON, bomb], limits={"memory_bytes": 64 << 30}, allow_cgroups=False)["log"]


def test_a_home_has_a_largest_size(outside):
    report = outside.open([*PYTHON, HOME_BYTES], limits={"home_bytes": 24 * MIB})
    assert report["too_large"]
    assert "all" not in report["log"]
    assert sum(p.stat().st_size for p in outside.home.glob("piece*")) < 160 * MIB
    # Whoever is above it may come to tidy up.
    again = outside.open([*PYTHON, TIDY], limits={"home_bytes": 24 * MIB})
    assert (again["too_large"], again["log"]) == (False, "all\n")


def test_a_home_has_a_largest_number_of_files(outside):
    report = outside.open([*PYTHON, HOME_FILES], limits={"home_files": 1000})
    assert report["too_large"]
    assert "all" not in report["log"]


@pytest.mark.heavy
def test_without_its_limit_a_home_grows(outside):
    report = outside.open([*PYTHON, HOME_BYTES + HOME_FILES])
    assert not report["too_large"]
    assert report["log"].endswith("all\n")


def test_what_a_link_leads_to_is_not_counted(outside):
    report = outside.open([*PYTHON, LINKED], limits={"home_bytes": 1 * MIB})
    assert not report["too_large"]


def test_a_processor_is_shared_out(outside):
    if not outside.is_root:
        pytest.skip("without control groups processors are not limited: docs/security.md")
    took = {}
    for name, off in (("held", []), ("free", ["limits"])):
        report = outside.open([*PYTHON, PROCESSOR], limits={"cpus": 0.25}, off=off)
        took[name] = float(report["log"])
        if report["limits_mode"] == "watchdog":
            pytest.skip("without control groups processors are not limited: docs/security.md")
    assert took["held"] > 3.0
    assert took["free"] < took["held"] / 1.5
