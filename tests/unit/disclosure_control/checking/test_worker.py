"""The worker's limits, with real subprocesses."""

import resource
from pathlib import Path
from typing import ClassVar

import pytest
from msgspec.structs import replace

from disclosure_control.checking import worker as limited
from disclosure_control.checking.messages import Answer, Examine, Request
from disclosure_control.checking.worker import Worker, WorkerFailed
from disclosure_control.core.policy import Policy

REQUEST = Examine(path="missing", name="a.txt", policy=Policy.load("default").values, views={}, unit="person_id")


class Said(Answer, frozen=True):
    """What the programs of these tests answer."""

    values: dict[str, object]


class Probe(Request[Said], frozen=True, tag="probe"):
    """Asks a program of these tests."""

    answer: ClassVar[type[Answer]] = Said


def test_a_worker_answers_one_request_after_another(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("A sentence.")
    with Worker() as worker:
        for _ in range(2):
            assert worker.ask(replace(REQUEST, path=str(path))).media_type == "text/plain"


def test_a_worker_that_fails_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("A sentence.")
    with Worker() as worker:
        for broken in (Probe(), replace(REQUEST, path=str(tmp_path / "missing"))):
            with pytest.raises(WorkerFailed):
                worker.ask(broken)
        assert worker.ask(replace(REQUEST, path=str(path))).media_type == "text/plain"


def worker_that_runs(monkeypatch: pytest.MonkeyPatch, program: str, timeout_s: float = 30.0) -> Worker:
    prelude = "import sys, json; sys.path[:] = json.loads(sys.argv[1]);"
    monkeypatch.setattr(limited, "_SERVE", f"{prelude} from disclosure_control.checking.worker import *; {program}")
    return Worker(timeout_s)


@pytest.mark.parametrize(
    "program",
    [
        "print('not json', flush=True)",
        "print('[1]', flush=True)",
        "print(json.dumps({'media_type': 'a', 'findings': [], 'texts': [], 'more': 1}), flush=True)",
        "print(json.dumps({'media_type': 'a', 'findings': []}), flush=True)",
        "print('[' * 100_000, flush=True)",
        "sys.stdout.buffer.write(b'\\xff\\n'); sys.stdout.flush()",
        "import os; os.kill(os.getpid(), 9)",
        "apply_limits(); bytearray(20_000_000_000)",
    ],
    ids=["nonsense", "no mapping", "an unknown key", "a missing key", "too deep", "no text", "killed", "memory"],
)
def test_an_answer_that_is_none_is_a_failure(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    with worker_that_runs(monkeypatch, program) as worker, pytest.raises(WorkerFailed):
        worker.ask(REQUEST)


def test_a_worker_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    with worker_that_runs(monkeypatch, "import time; time.sleep(600)", timeout_s=0.5) as worker:
        with pytest.raises(WorkerFailed, match="too long"):
            worker.ask(REQUEST)
        assert worker._process is None


def test_limits_hold_in_the_worker_and_not_here(monkeypatch: pytest.MonkeyPatch) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    program = (
        "apply_limits(); import resource as r; sys.stdin.readline();"
        "limits = {'file': r.getrlimit(r.RLIMIT_FSIZE)[1], 'data': r.getrlimit(r.RLIMIT_DATA)[1]};"
        "print(json.dumps({'values': limits}), flush=True)"
    )
    with worker_that_runs(monkeypatch, program) as worker:
        answer = worker.ask(Probe()).values
    assert answer["file"] <= limited.FILE_BYTES
    assert answer["data"] <= limited.MEMORY_BYTES
    assert resource.getrlimit(resource.RLIMIT_FSIZE) == before


def test_a_worker_and_its_children_have_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    program = (
        "apply_limits(); import subprocess; sys.stdin.readline();"
        "ask = 'import socket; socket.socket()';"
        "child = subprocess.run([sys.executable, '-c', ask], capture_output=True);"
        "said = {'child': child.returncode != 0 and b'PermissionError' in child.stderr};"
        "\ntry:\n exec(ask)\n said['own'] = False\nexcept PermissionError:\n said['own'] = True\n"
        "print(json.dumps({'values': said}), flush=True)"
    )
    with worker_that_runs(monkeypatch, program) as worker:
        assert worker.ask(Probe()).values == {"own": True, "child": True}


def test_a_worker_inherits_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_OURS", "1")
    program = "import os; sys.stdin.readline(); print(json.dumps({'values': dict(os.environ)}), flush=True)"
    with worker_that_runs(monkeypatch, program) as worker:
        assert "SECRET_OF_OURS" not in worker.ask(Probe()).values
