"""An installation made by version 0.1.0 before its modules moved: it opens, verifies and goes on.

``tests/data/home-of-0.1.0.tar.xz`` is the home of ``tre demo`` on 1,000 people, made at /srv/tre by that version's own
code, with one package released, one request in review, and the head of its log as somebody outside would keep it.
"""

import json
import os
import sqlite3
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tre.cli import main
from tre.core import clock

ARCHIVE = Path(__file__).parents[2] / "data" / "home-of-0.1.0.tar.xz"
BUILT_AT = "/srv/tre"
RELEASE, WAITING = "rel-20261201-1c38d9e3-1", "req-20261201-33874acb"
NEXT_DAY = datetime(2026, 12, 2, 9, tzinfo=UTC)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """The home in a folder of this test, on the day after it was made."""
    with tarfile.open(ARCHIVE) as archive:
        # Debian 12's Python does not know filters yet; the archive is ours.
        archive.extractall(tmp_path, **({"filter": "tar"} if hasattr(tarfile, "tar_filter") else {}))  # noqa: S202
    home = tmp_path / "tre"
    for path in [home, *home.rglob("*")]:
        os.chown(path, os.getuid(), os.getgid())
    with sqlite3.connect(home / "tre.db") as database:
        # Version 0.1.0 keeps the full path of each dataset and link; the folder of this test is another.
        for table in ("dataset_version", "link"):
            database.execute(f"UPDATE {table} SET document = replace(document, ?, ?)", (BUILT_AT, str(home)))  # noqa: S608
    monkeypatch.setenv("TRE_HOME", str(home))
    monkeypatch.setattr(clock, "now", lambda: NEXT_DAY)
    return home


@pytest.fixture
def tre(home, capsys):
    """The command line: exit code and data."""

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["--json", *map(str, arguments)])
        printed = capsys.readouterr()
        return ended.value.code or 0, json.loads(printed.out) if printed.out else printed.err

    return run


def test_its_log_and_its_package_verify(tre, home):
    code, log = tre("audit", "verify", "--against", home / "head.json")
    assert (code, log["entries"]) == (0, 47)
    assert tre("release", "verify", home / "releases" / RELEASE)[0] == 0


def test_its_findings_are_read(tre):
    _, request = tre("--as", "chidi", "request", "show", WAITING)
    findings = {file["file"]: file["findings"] for file in request["files"]}
    small = next(finding for finding in findings["health-by-age.csv"] if finding["rule"] == "table.threshold")
    assert small["where"].startswith("health excellent, age 21; health excellent, age 22")
    assert small["where"].endswith("; and 73 more")
    assert small["counts"] == {"cells": 93}
    (number,) = [finding for finding in findings["note.txt"] if finding["rule"] == "pii.nhs-number"]
    assert number["where"] == "line 1, characters 75–86"


def test_what_waits_there_is_reviewed_and_released(tre, home):
    _, request = tre("--as", "chidi", "request", "show", WAITING)
    for checker in ("chidi", "sofia"):
        for file in request["files"]:
            if file["check"] == "fail":
                vote = ("refuse", "--reason", "The findings are right.")
            else:
                vote = ("approve", "--reason", "Looked at: nothing of one person.")
            code, answer = tre("--as", checker, "request", "review", WAITING, file["file"], *vote)
            assert code == 0, answer
    code, answer = tre("--as", "sofia", "request", "show", WAITING)
    assert answer["state"] == "approved"
    code, release = tre("--as", "sofia", "release", "create", WAITING)
    assert code == 0, release
    assert tre("release", "verify", home / "releases" / release["release"])[0] == 0
    assert tre("audit", "verify", "--against", home / "head.json")[0] == 0


def test_its_datasets_become_a_new_project(tre, home):
    code, project = tre(
        *("--as", "dana", "project", "create", "later", "--title", "Later", "--purpose", "To go on."),
        *("--data", "earnings:pay,region", "--data", "care:health", "--ends-on", "2027-06-30"),
    )
    assert code == 0, project
    assert (home / "projects" / "later" / "view" / "care.parquet").exists()


@pytest.mark.heavy
@pytest.mark.sandbox
def test_its_run_is_made_again(tre):
    _, runs = tre("--as", "ravi", "run", "list")
    code, comparison = tre("--as", "ravi", "run", "reproduce", runs[0]["run"])
    assert code in {0, 6}, comparison
    assert {row["what"] for row in comparison} >= {"health-by-region.csv", "pay-model.csv"}


@pytest.mark.parametrize("place", ["tre.db", f"releases/{RELEASE}/outputs/pay-model.csv"])
def test_a_change_to_it_is_found(tre, home, place):
    path = home / place
    if place == "tre.db":
        with sqlite3.connect(path) as database:
            database.execute("DROP TRIGGER audit_entry_no_update")
            database.execute("UPDATE audit_entry SET actor = 'mei' WHERE number = 20")
        assert tre("audit", "verify")[0] != 0
    else:
        path.write_bytes(path.read_bytes().replace(b"0", b"1", 1))
        assert tre("release", "verify", home / "releases" / RELEASE)[0] != 0
