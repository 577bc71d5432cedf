"""A package installed for a project, in its workspace: it can be imported, not changed, and does not shadow ours."""

import shutil
import tempfile
from pathlib import Path

import pytest

from tre.adapters.sandbox import PYTHON, prepare_readable, prepare_writable, run
from tre.core.ids import PersonId, ProjectId
from tre.projects.workspace import workspace

pytestmark = pytest.mark.sandbox

CODE = """
import tiny, tre, disclosure_control
print(tiny.ANSWER, tre.__file__, disclosure_control.__file__)
try:
    open("/opt/tre/packages/tiny.py", "a")
except OSError as error:
    print(type(error).__name__, error.errno)
"""


@pytest.fixture
def folder():
    made = Path(tempfile.mkdtemp(prefix="tre-packages-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_it_is_there_and_stays_as_it_is(folder):
    view, home, packages = (folder / name for name in ("view", "home", "packages"))
    for made in (view, home, packages):
        made.mkdir()
    (packages / "tiny.py").write_text("ANSWER = 42\n")
    (packages / "tre.py").write_text("raise SystemExit('shadowed')\n")
    for made in (view, packages):
        prepare_readable(made)
    # Whatever the file itself allows, the mount does not.
    (packages / "tiny.py").chmod(0o666)
    prepare_writable(home)
    room = workspace(ProjectId("pay"), PersonId("ana"), view=view, home=home, packages=packages)
    log = folder / "log"
    ended = run(room, [PYTHON, "-c", CODE], timeout_s=60, log=log)
    assert ended.returncode == 0, log.read_text()
    said = log.read_text().splitlines()
    assert said[0] == "42 /opt/tre/lib/tre/__init__.py /opt/tre/lib/disclosure_control/__init__.py"
    assert said[1] == "OSError 30", "the file system is read-only"
