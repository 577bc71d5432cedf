"""What of tre is inside a sandbox: the workspace package and what it shares, and nothing that runs the environment."""

import json
import shutil
import tempfile
from pathlib import Path

import pytest

from disclosure_control.core.policy import POLICIES
from tre.adapters.sandbox import PYTHON, prepare_readable, prepare_writable, run
from tre.core.ids import PersonId, ProjectId
from tre.projects.workspace import workspace

pytestmark = pytest.mark.sandbox
PACKAGE = Path(__file__).parents[3] / "tre"

CODE = """
import importlib, json, os, subprocess, sys
import tre

def error_of(module):
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        return error.name
    return ""

def command(*words):
    ended = subprocess.run([sys.executable, "-m", "tre", *words], capture_output=True, text=True)
    return [ended.returncode, ended.stdout + ended.stderr]

open("outputs.csv", "w").write("region,people\\nNorth,120\\nSouth,340\\n")
folder = os.path.dirname(tre.__file__)
print(json.dumps({
    "entries": sorted(os.listdir(folder)),
    "rooms": {room: sorted(os.listdir(f"{folder}/{room}")) for room in ("core", "workspace")},
    "missing": {module: error_of(module) for module in MODULES},
    "imported": {module: error_of(module) for module in INSIDE},
    "datasets": list(tre.datasets()["dataset"]),
    "check": command("check", "outputs.csv"),
    "list": command("request", "list"),
    "project": command("project", "show"),
}))
"""
VIEW = {
    "unit": "person_id",
    "datasets": [
        {
            "name": "pay",
            "rows": 3,
            "conditions_of_use": [],
            "columns": [{"name": "pay", "type": "number", "description": "Pay."}],
        }
    ],
}
MISSING = [
    "tre.app",
    "tre.services",
    "tre.adapters",
    "tre.settings",
    "tre.airlock",
    "tre.projects",
    "tre.cli",
    "tre.web",
]
INSIDE = ["tre.workspace.lab", "tre.workspace.idle", "tre.workspace.check_job", "tre.workspace.notebook_job"]


@pytest.fixture(scope="module")
def seen():
    folder = Path(tempfile.mkdtemp(prefix="tre-inside-"))
    view, home = folder / "view", folder / "home"
    for path in (view, home):
        path.mkdir()
    (view / "view.json").write_text(json.dumps(VIEW))
    (view / "policy.toml").write_text((POLICIES / "default.toml").read_text())
    prepare_readable(view)
    prepare_writable(home)
    room = workspace(ProjectId("pay"), PersonId("ana"), view=view, home=home)
    code = f"MODULES, INSIDE = {MISSING!r}, {INSIDE!r}\n{CODE}"
    ended = run(room, [PYTHON, "-c", code], timeout_s=120, log=folder / "log")
    text = (folder / "log").read_text()
    assert ended.returncode == 0, text
    yield json.loads(text.splitlines()[-1])
    shutil.rmtree(folder, ignore_errors=True)


def test_only_what_runs_inside_is_inside(seen):
    assert set(seen["entries"]) - {"__pycache__"} == {"__init__.py", "__main__.py", "core", "workspace"}
    for room, names in seen["rooms"].items():
        assert names == sorted(path.name for path in (PACKAGE / room).iterdir())


@pytest.mark.parametrize("module", MISSING)
def test_what_runs_the_environment_cannot_be_imported(seen, module):
    assert seen["missing"][module] == module


@pytest.mark.parametrize("module", INSIDE)
def test_what_runs_inside_needs_nothing_else(seen, module):
    assert seen["imported"][module] == ""


def test_the_data_is_described_and_files_are_checked(seen):
    assert seen["datasets"] == ["pay"]
    code, text = seen["check"]
    assert code == 10, text
    assert "outputs.csv" in text


def test_the_airlock_is_asked_through_the_relay_alone(seen):
    code, text = seen["list"]
    assert code == 7, text
    assert "no way to the airlock" in text
    code, text = seen["project"]
    assert code == 2, text
    assert "No such command 'project'" in text
