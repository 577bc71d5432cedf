"""What the panel is shown of a home, and templates copied into it."""

import json

import pandas as pd
import pytest

import disclosure_control as sdc
from tre.core.errors import BadInput, NotFound
from tre.settings import Settings
from tre.workspace import lab

TEMPLATES = Settings().templates


@pytest.fixture
def home(tmp_path):
    people = pd.DataFrame({"sex": ["f", "m"] * 30, "place": list("abc") * 20}, index=range(60))
    outputs = sdc.Outputs(tmp_path / "work" / "outputs")
    outputs.crosstab(people.sex, people.place, name="safe")
    outputs.custom_output("A note.", "", name="note")
    outputs.finalise()
    return tmp_path


def test_outputs_are_shown_with_their_findings(home):
    (folder,) = lab.output_folders(home)
    assert (folder["folder"], folder["outcome"]) == ("work/outputs", "review")
    named = {output["name"]: output for output in folder["outputs"]}
    assert named["note"]["findings"][0]["rule"] == "evidence.none"
    assert named["note"]["findings"][0]["todo"]
    assert named["safe"]["files"] == ["safe.csv"]


def test_an_empty_home_has_none(tmp_path):
    assert lab.output_folders(tmp_path) == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"tool": "x"}', '{"tool": "disclosure_control", "results": 1}'])
def test_a_record_that_cannot_be_read_is_said_to_be_so(home, text):
    (home / "work" / "outputs" / "results.json").write_text(text)
    assert [(one["outcome"], one["outputs"]) for one in lab.output_folders(home)] == [("unreadable", [])]


def test_an_outcome_that_does_not_exist_is_never_shown(home):
    path = home / "work" / "outputs" / "results.json"
    document = json.loads(path.read_text())
    document["results"]["safe"]["status"] = "excellent"
    path.write_text(json.dumps(document))
    assert lab.output_folders(home)[0]["outcome"] == "unreadable"


def test_hidden_and_linked_records_are_left_out(home, tmp_path):
    (home / ".hidden").mkdir()
    (home / ".hidden" / "results.json").write_text("{}")
    (home / "linked").mkdir()
    (home / "linked" / "results.json").symlink_to(home / "work" / "outputs" / "results.json")
    assert [one["folder"] for one in lab.output_folders(home)] == ["work/outputs"]


def test_a_template_is_copied_and_nothing_is_overwritten(tmp_path):
    (tmp_path / "pay-and-health.ipynb").write_text("mine")
    (tmp_path / "pay-and-health-2.ipynb").symlink_to(tmp_path / "elsewhere")
    assert lab.copy_template(TEMPLATES, "pay-and-health", tmp_path) == "pay-and-health-3.ipynb"
    assert (tmp_path / "pay-and-health.ipynb").read_text() == "mine"
    assert not (tmp_path / "elsewhere").exists()
    assert json.loads((tmp_path / "pay-and-health-3.ipynb").read_text())["nbformat"] == 4


def test_there_is_an_end_to_copies(tmp_path, monkeypatch):
    monkeypatch.setattr(lab, "_MOST_COPIES", 2)
    lab.copy_template(TEMPLATES, "pay-and-health", tmp_path)
    with pytest.raises(BadInput, match="too many copies"):
        lab.copy_template(TEMPLATES, "pay-and-health", tmp_path)


def test_an_unknown_template_is_not_found(tmp_path):
    with pytest.raises(NotFound, match="no template"):
        lab.copy_template(TEMPLATES, "no-such", tmp_path)
