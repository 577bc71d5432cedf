"""``tre demo`` as a person runs it, and again, and then somebody who changes a byte afterwards."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tre.cli import main

pytestmark = [pytest.mark.e2e, pytest.mark.sandbox]


def tre(home, *arguments):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRE_")}
    return subprocess.run(
        [sys.executable, "-m", "tre", *arguments],
        env=environment | {"TRE_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


def verified(copy, key, capsys):
    """The same command in this process, since a program of its own takes seconds to start: exit code, talk."""
    with pytest.raises(SystemExit) as ended:
        main(["release", "verify", str(copy), "--public-key", str(key)])
    return ended.value.code, capsys.readouterr().err


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    home = tmp_path_factory.mktemp("demo")
    return home, tre(home, "--json", "demo")


def verified_package(done):
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["verified"] is True
    return told["package"]


def test_it_ends_with_a_verified_package(demo):
    home, first = demo
    assert Path(verified_package(first)).parent == home / "releases"
    assert tre(home, "audit", "verify").returncode == 0


@pytest.mark.heavy
def test_it_ends_with_another_package_when_it_is_run_again(demo):
    home, first = demo
    assert verified_package(tre(home, "--json", "demo")) != verified_package(first)
    assert tre(home, "audit", "verify").returncode == 0


def test_every_step_is_told_with_its_time(demo):
    _, first = demo
    steps = re.findall(r"^(\w+) +\d+\.\d s  \S", first.stderr, flags=re.MULTILINE)
    assert list(dict.fromkeys(steps)) == [
        *("deliveries", "people", "ingest", "link", "project", "run", "check", "review", "release", "verify", "audit")
    ]


def test_the_people_of_both_datasets_are_found(demo):
    _, first = demo
    precision, recall, f1 = map(
        float, re.search(r"precision ([\d.]+), recall ([\d.]+), f1 ([\d.]+)", first.stderr).groups()
    )
    assert precision > 0.99
    assert recall > 0.99
    assert f1 > 0.99


def test_what_must_not_leave_was_stopped_and_is_not_in_the_package(demo, tmp_path):
    home, first = demo
    assert re.search(r"FAIL +health-by-age.csv: table\.", first.stderr)
    assert re.search(r"FAIL +note.txt: pii\.", first.stderr)
    package = json.loads(first.stdout)["package"]
    listed = json.loads(tre(home, "--json", "release", "verify", package).stdout)
    names = {row["file"] for row in listed}
    assert "outputs/health-by-region.csv" in names
    assert not {name for name in names if "note" in name or "health-by-age" in name}


def test_changing_one_byte_of_any_file_is_found_and_named(demo, tmp_path, monkeypatch, capsys):
    home, first = demo
    package = json.loads(first.stdout)["package"]
    copy = tmp_path / "copy"
    shutil.copytree(package, copy)
    key = tmp_path / "key.pem"
    shutil.copy(copy / "public-key.pem", key)
    # As a program once, whole and broken; after that in this process.
    assert tre(home, "release", "verify", str(copy), "--public-key", str(key)).returncode == 0
    monkeypatch.setenv("TRE_HOME", str(home))
    for path in sorted(path for path in copy.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        code, said = verified(copy, key, capsys)
        path.write_bytes(whole)
        assert code == 6, path
        assert path.name in said
    assert verified(copy, key, capsys)[0] == 0
    path.write_bytes(whole + b"x")
    found = tre(home, "release", "verify", str(copy), "--public-key", str(key))
    assert (found.returncode, path.name in found.stderr) == (6, True)


def test_no_identity_of_a_delivery_reaches_the_project_or_the_package(demo):
    home, first = demo
    surnames = {line.split(",")[2] for line in (home / "demo/deliveries/earnings.csv").read_text().splitlines()[1:]}
    rare = {name.encode() for name in surnames if len(name) > 7}
    package = json.loads(first.stdout)["package"]
    places = [home / "projects", *(home / "runs").glob("*/home/outputs"), home / "releases"]
    assert package.startswith(str(home / "releases"))
    for place in places:
        for path in place.rglob("*"):
            if path.is_file():
                found = {name for name in rare if name in path.read_bytes()}
                assert not found, path


def test_changing_one_audit_entry_is_found_and_named(demo):
    home, _ = demo
    database = sqlite3.connect(home / "tre.db")
    database.execute("DROP TRIGGER audit_entry_no_update")
    database.execute("UPDATE audit_entry SET subject = subject || 'x' WHERE number = 17")
    database.commit()
    found = tre(home, "audit", "verify")
    database.execute("UPDATE audit_entry SET subject = substr(subject, 1, length(subject) - 1) WHERE number = 17")
    database.commit()
    database.close()
    assert found.returncode == 6
    assert "Audit entry 17" in found.stderr
    assert tre(home, "audit", "verify").returncode == 0


@pytest.mark.heavy
def test_a_run_can_be_reproduced_byte_by_byte(demo):
    home, _ = demo
    run = json.loads(tre(home, "--json", "run", "list").stdout)[0]["run"]
    again = tre(home, "--json", "--as", "mei", "run", "reproduce", run)
    assert again.returncode == 0, again.stderr
    compared = {row["what"]: row["same"] for row in json.loads(again.stdout)}
    assert all(compared.values())
    assert {"notebook", "packages", "data", "pay.png", "health-by-region.csv"} <= set(compared)
