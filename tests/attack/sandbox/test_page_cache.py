"""Files far larger than a workspace's memory, written and read again: what the kernel keeps of them is its own too.

The kernel gives such memory back when it is asked for, so nobody is to be ended for it, and the host's memory is not to
fill up with it. The control is a group with room: there the kernel keeps more than the small limit.
"""

import subprocess

import pytest

pytestmark = pytest.mark.sandbox

PYTHON = ["/opt/tre/venv/bin/python", "-I", "-u", "-c"]
MIB = 1 << 20
MEMORY = 200 * MIB
ROOM = 4 << 30
FILES = """
import os
for number in range(8):
    with open(f"/home/researcher/cached{number}", "wb") as file:
        for _ in range(64):
            file.write(bytes(1 << 20))
        os.fsync(file.fileno())
read = 0
for number in range(8):
    with open(f"/home/researcher/cached{number}", "rb", buffering=0) as file:
        while piece := file.read(1 << 20):
            read += len(piece)
print(read >> 20)
"""
ALL = "512\n"


@pytest.fixture(autouse=True)
def on_a_disk(outside):
    kind = subprocess.run(
        ["stat", "--file-system", "--format=%T", outside.home], capture_output=True, text=True, check=True
    ).stdout.strip()
    if kind in {"tmpfs", "ramfs"}:
        pytest.skip("homes of this test are in memory, which has no page cache")
    yield
    for place in outside.home.glob("cached*"):
        place.unlink()


def test_cached_files_stay_below_the_limit_and_end_nobody(outside):
    report = outside.open([*PYTHON, FILES], limits={"memory_bytes": MEMORY}, measure=True)
    if report["most_bytes"] is None:
        pytest.skip("no control group limits memory here, or it does not say the most it held")
    assert not report["out_of_memory"]
    assert report["log"] == ALL
    assert MEMORY // 2 < report["most_bytes"] <= MEMORY


def test_with_room_more_is_cached(outside):
    report = outside.open([*PYTHON, FILES], limits={"memory_bytes": ROOM}, measure=True)
    if report["most_bytes"] is None:
        pytest.skip("no control group limits memory here, or it does not say the most it held")
    assert report["log"] == ALL
    assert report["most_bytes"] > MEMORY


def test_the_watchdog_ends_nobody_for_cached_files(outside):
    report = outside.open([*PYTHON, FILES], limits={"memory_bytes": MEMORY}, allow_cgroups=False)
    assert not report["out_of_memory"]
    assert report["log"] == ALL
