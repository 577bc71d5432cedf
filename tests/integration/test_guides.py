"""What the guides show is what happens: every block of Python runs, prints what it says, and every command exists.

Where a guide speaks of a workspace, a view of two datasets is made and an airlock answers that only writes down.
"""

import asyncio
import contextlib
import io
import json
import re
import shlex
import sys
import tomllib
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import click
import numpy as np
import pandas as pd
import pytest
from starlette.requests import Request

from disclosure_control.core.policy import Policy
from disclosure_control.core.rules import personal
from disclosure_control.formats import registry
from tre.cli import tre as command_line
from tre.services.people import PeopleService
from tre.settings import Settings
from tre.web.base import Site
from tre.workspace import client

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"(?s)```python\n(.*?)```\n(?:```text\n(.*?)```)?")
WITH_PYTHON = [page for page in PAGES if "```python" in page.read_text(encoding="utf-8")]


def view(folder: Path) -> None:
    """A project's view of the two datasets of the demo, as a workspace shows it."""
    random = np.random.default_rng(5)
    people = pd.Index([f"v1:{i:032x}" for i in range(1500)], name="person_id")
    earnings = {
        "sex": random.choice(["female", "male"], 1500),
        "age": random.integers(18, 65, 1500),
        "region": random.choice(["North", "East", "South"], 1500),
        "education": random.choice(["school", "college", "degree"], 1500),
        "pay": random.lognormal(10, 0.4, 1500).round(2),
    }
    care = {"health": random.choice(["good", "fair", "poor"], 1500), "visits": random.poisson(3, 1500)}
    datasets = []
    for name, columns in (("earnings", earnings), ("care", care)):
        pd.DataFrame(columns, index=people).reset_index().to_parquet(folder / f"{name}.parquet")
        described = [{"name": column, "type": "string", "description": column} for column in columns]
        datasets.append({"name": name, "rows": 1500, "conditions_of_use": [], "columns": described})
    (folder / "view.json").write_text(json.dumps({"unit": "person_id", "datasets": datasets}))


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, Any]]:
    """A workspace's folder and data; what its programs ask the airlock."""
    data, home = tmp_path / "data", tmp_path / "home"
    data.mkdir()
    home.mkdir()
    view(data)
    asked: list[tuple[str, str, Any]] = []

    def call(method: str, path: str, body: str | None) -> dict[str, Any]:
        asked.append((method, path, None if body is None else json.loads(body)))
        state = {"id": "req-1", "state": "submitted", "summary": "", "package": "lifelines"}
        return {**state, "requests": [{"id": "req-1", "state": "submitted"}], "packages": []}

    monkeypatch.setattr(client, "DATA", data)
    monkeypatch.setattr(client, "_call", call)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("SDC_POLICY", raising=False)
    monkeypatch.chdir(home)
    return asked


@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda page: page.stem)
def test_a_guides_python_runs_and_prints_what_it_says(page: Path, calls: list[tuple[str, str, Any]]):
    names: dict[str, object] = {}
    text = page.read_text(encoding="utf-8")
    for code, expected in BLOCK.findall(text):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(compile(code, page.name, "exec"), names)  # noqa: S102 - our own page
        if expected:
            shown = [line.rstrip() for line in printed.getvalue().splitlines()]
            assert shown == [line.rstrip() for line in expected.splitlines()]
    asks = len(re.findall(r"tre\.request\(", "".join(code for code, _ in BLOCK.findall(text))))
    sent = [body for method, path, body in calls if (method, path) == ("POST", "/airlock/requests")]
    assert len(sent) == asks
    assert all(body["folder"] == "outputs" for body in sent)


def test_the_guides_with_python_are_these():
    assert {page.stem for page in WITH_PYTHON} >= {"README", "index", "researcher", "authors-guide", "safe-tables"}


def test_the_worked_examples_of_contributing_are_modules_that_work(monkeypatch: pytest.MonkeyPatch):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    modules = {}
    for path, code in re.findall(r"(?s)```python\n# (\S+)\.py\n(.*?)```", text):
        module = types.ModuleType(path.replace("/", "."))
        monkeypatch.setitem(sys.modules, module.__name__, module)
        exec(compile(code, path, "exec"), module.__dict__)  # noqa: S102 - our own page
        modules[path.rsplit("/")[-1]] = module
        assert (ROOT / path).parent.is_dir()
        assert not (ROOT / f"{path}.py").exists(), "the example is no example any more"
    assert set(modules) == {"academia", "json_lines", "rules_page"}
    (orcid,) = modules["academia"].RECOGNISERS
    assert orcid.pattern.search("0000-0002-1825-0097")
    assert orcid.is_valid("0000000218250097")
    assert not orcid.is_valid("0000000218250096")
    read = modules["json_lines"].examine(b'{"a": 1}\n{"a": 2}\n')
    assert read.clean == b'{"a": 1}\n{"a": 2}\n'
    site = create_autospec(Site, instance=True)
    site.app = types.SimpleNamespace(people=create_autospec(PeopleService, instance=True))
    asyncio.run(modules["rules_page"].RulesPage(site).page(create_autospec(Request, instance=True)))
    _, template, gather = site.render.call_args.args
    assert f"`tre/web/templates/{template}`" in text
    assert gather("ravi")["rules"]


def test_the_rows_of_contributing_are_rows_of_their_tables():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    tables = {"PERSONAL": personal, "FORMATS": registry}
    rows = {
        table: code for table, code in re.findall(r"(?s)```python\n# a row of (\w+)\n(.*?)```", text) if table in tables
    }
    assert set(rows) == set(tables)
    for table, code in rows.items():
        row = eval(code, vars(tables[table]))  # noqa: S307 - our own page
        assert isinstance(row, type(getattr(tables[table], table)[0]))


# What the worked examples of CONTRIBUTING make.
NEW = {"docs/rules/pii.orcid.md", "tre/web/templates/rules.html"}


# All but the changelog, which tells of files as they were.
WRITTEN = [*sorted(set(ROOT.glob("*.md")) - {ROOT / "CHANGELOG.md"}), *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.stem)
def test_every_file_and_folder_that_a_page_names_is_there(page: Path):
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:disclosure_control|tre|hub_config|tests|docs|infra|\.github)/[\w./-]*)(?:::\w+)?`", text)
    named += [path for entry in re.findall(r"(?m)^python -m pytest (.*)$", text) for path in entry.split()]
    assert not [path for path in sorted(set(named) - NEW) if not (ROOT / path).exists()]


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every call of ``tre`` in a block of a guide, as words."""
    for page in [*PAGES, ROOT / "SECURITY.md"]:
        for block in re.findall(r"(?s)```(?:sh)?\n(.*?)```", page.read_text(encoding="utf-8")):
            for line in re.sub(r"\\\n\s*", " ", block).splitlines():
                calls = [call.strip() for call in line.split("&&")]
                yield from ((page.stem, shlex.split(call, comments=True)[1:]) for call in calls if call[:4] == "tre ")


@pytest.mark.parametrize(("page", "words"), list(commands()), ids=lambda value: value if isinstance(value, str) else "")
def test_a_command_that_a_guide_shows_is_one(page: str, words: list[str]):
    command: click.Command = command_line
    known = {"--json", "--as"}
    context = click.Context(command)
    rest = [word for place, word in enumerate(words) if word not in known and (not place or words[place - 1] != "--as")]
    while isinstance(command, click.Group):
        found = command.get_command(context, rest.pop(0))
        assert found is not None, (page, words)
        command = found
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in rest if re.fullmatch(r"--?[a-z].*", word)} <= options


def test_settings_that_the_operators_guide_shows_can_be_used():
    blocks = re.findall(r"(?s)```toml\n(.*?)```", (ROOT / "docs" / "operator.md").read_text(encoding="utf-8"))
    assert blocks
    for block in blocks:
        Settings.model_validate(tomllib.loads(block))


def test_a_threshold_that_a_guide_shows_can_stand_in_a_policy():
    text = (ROOT / "docs" / "personal-data.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"(?s)```toml\n(.*?)```", text)
    whole = Policy.load("default").to_text()
    before, after = re.split(r"(?m)^\[pii\]$", whole)
    tail = "".join(re.split(r"(?m)^(?=\[)", after)[1:])
    assert dict(Policy.from_text(f"{before}{block}\n{tail}").pii)["person"] == "review"
