"""The small parts of the hub: lockdown, the child that ends with its parent, the tail of a log."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from hub_config.lab import lockdown
from hub_config.process.installation import unix_url
from hub_config.process.log_tail import LogTail
from hub_config.process.network import CHILD, child_command


def test_whole_files_are_withheld_and_the_pages_say_so():
    assert {"files", "nbconvert", "view"} == set(lockdown.WITHHELD_SERVICES)
    page = lockdown.page_config()["disabledExtensions"]
    assert page["@jupyterlab/docmanager-extension:download"] is True
    json.dumps(lockdown.SERVER)


def test_a_socket_is_written_as_an_address():
    assert unix_url(Path("/a b/c.sock")) == "http+unix://%2Fa%20b%2Fc.sock"


def test_a_child_ends_when_its_parent_is_killed(tmp_path):
    pid_file = tmp_path / "pid"
    program = f"echo $$ > {pid_file}; exec sleep 1000"
    command = child_command(["/bin/sh", "-c", program])
    assert str(CHILD) in command
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import subprocess, sys, time; subprocess.Popen(sys.argv[1:]); time.sleep(1000)",
            *command,
        ]
    )
    pid = int(until(lambda: pid_file.exists() and pid_file.read_text().strip()))
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert until(lambda: not running(pid))


def test_a_child_whose_program_is_missing_fails():
    process = subprocess.run(child_command(["/no/such/program"]), capture_output=True, check=False)
    assert process.returncode != 0


def test_the_tail_keeps_the_end_and_shows_what_steers_a_terminal(tmp_path):
    read, write = os.pipe()
    tail = LogTail(os.fdopen(read, "rb"))
    with os.fdopen(write, "wb") as pipe:
        pipe.write(b"x" * (1 << 18) + b"\nlast \x1b[2J words\n")
    lines = tail.end().splitlines()
    assert lines[-1] == "last ?[2J words"
    assert sum(map(len, lines)) <= 1 << 16


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(condition, patience_s: float = 15.0):
    end = time.monotonic() + patience_s
    while not (result := condition()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
    return result
