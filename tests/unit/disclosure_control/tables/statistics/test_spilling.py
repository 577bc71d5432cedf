"""Where the engine puts what does not fit in memory: a folder of the person's own, and nothing left behind."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from disclosure_control.tables.statistics.engines import duckdb as engine


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_process_that_is_killed_leaves_no_folder_of_its_own(tmp_path: Path) -> None:
    script = (
        "import pandas, os, signal;"
        "from disclosure_control.tables.statistics.engines import duckdb;"
        "print(duckdb.connection().sql('select 1').fetchall(), flush=True);"
        f"os.kill(os.getpid(), {int(signal.SIGKILL)})"
    )
    ended = subprocess.run([sys.executable, "-c", script], env={**os.environ, "TMPDIR": str(tmp_path)}, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert [path for path in tmp_path.rglob("*")] == [tmp_path / f"tre-cells-{os.getuid()}"]


def test_what_is_spilled_is_for_nobody_else(temporary: Path) -> None:
    folder = engine._private_folder()
    assert folder.parent == temporary
    assert folder.stat().st_mode & 0o777 == 0o700
    assert engine._private_folder() == folder


@pytest.mark.parametrize("kind", ["link", "file", "open to all"])
def test_a_name_that_somebody_else_holds_is_not_used(temporary: Path, kind: str) -> None:
    taken, other = temporary / f"tre-cells-{os.getuid()}", temporary / "other"
    other.mkdir(mode=0o700)
    match kind:
        case "link":
            taken.symlink_to(other)
        case "file":
            taken.touch()
        case _:
            taken.mkdir()
            taken.chmod(0o777)
    folder = engine._private_folder()
    assert folder not in (taken, other)
    assert folder.stat().st_mode & 0o777 == 0o700
