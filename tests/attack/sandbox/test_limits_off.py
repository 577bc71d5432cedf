"""The bombs of ``test_sandbox_limits`` with their limit switched off: each goes past it, to an end of its own."""

import pytest

from tests.attack.sandbox.test_sandbox_limits import FORK_BOMB, LARGE_FILE, MIB, PYTHON

pytestmark = pytest.mark.sandbox

MEMORY = """
import time
kept = []
for _ in range(75):
    kept.append(bytearray(b"x" * (4 << 20)))
    time.sleep(0.03)
time.sleep(1)
print("all")
"""
FORKS = FORK_BOMB.replace("2000", "80").replace("except", "    print('all')\nexcept")
ROOMY = {"tmp_bytes": 64 * MIB * 4, "file_bytes": 64 * MIB}


def test_forks_go_on(outside):
    report = outside.open([*PYTHON, FORKS], limits={"processes": 40}, off=["limits"])
    assert report["log"].split()[-1] == "all"


def test_memory_goes_on(outside):
    small = {"memory_bytes": 200 * MIB}
    held = outside.open([*PYTHON, MEMORY], limits=small, allow_cgroups=outside.is_root)
    assert held["out_of_memory"]
    assert "all" not in held["log"]
    # Where no control group limits, the watchdog does: with a limit of its own that is out of reach.
    off = {"memory_bytes": 8 << 30}
    assert outside.open([*PYTHON, MEMORY], limits=off, off=["limits"], allow_cgroups=False)["log"] == "all\n"


@pytest.mark.parametrize("place", ["/home/researcher/large", "/tmp/large", "/dev/shm/large"])  # noqa: S108
def test_files_go_on(outside, place):
    try:
        assert outside.open([*PYTHON, LARGE_FILE, place], limits=ROOMY)["log"].split() == ["written"]
    finally:
        (outside.home / "large").unlink(missing_ok=True)
