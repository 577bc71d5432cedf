"""Templates and their parameters: unknown ones and wrong types are refused before anything runs."""

import nbformat
import pytest

from tre.core.errors import BadInput, NotFound
from tre.settings import Settings
from tre.workspace.template import check_parameters, load_template, parse_parameter, template_names

SHIPPED = Settings.load({}).templates
TEXT = """
[one]
purpose = "x"
datasets = ["wages"]
outputs = []
[one.parameters]
bins = {type = "integer", default = 10, description = "d", allowed = [10, 20]}
share = {type = "number", default = 0.5, description = "d"}
title = {type = "string", default = "t", description = "d"}
all = {type = "boolean", default = false, description = "d"}
"""


@pytest.fixture
def template(tmp_path):
    (tmp_path / "templates.toml").write_text(TEXT)
    return load_template(tmp_path, "one")


def test_defaults_fill_in(template):
    assert check_parameters(template, {"bins": 20}) == {"bins": 20, "share": 0.5, "title": "t", "all": False}


def test_a_whole_number_is_a_number(template):
    assert check_parameters(template, {"share": 1})["share"] == 1.0


@pytest.mark.parametrize(
    "given", [{"bin": 10}, {"bins": "10"}, {"bins": True}, {"bins": 11}, {"all": 1}, {"title": None}, {"share": "x"}]
)
def test_what_does_not_fit_is_refused(template, given):
    with pytest.raises(BadInput):
        check_parameters(template, given)


@pytest.mark.parametrize(
    ("text", "expected"), [("bins=20", 20), ("share=0.25", 0.25), ("title=a=b", "a=b"), ("all=true", True)]
)
def test_parameters_from_the_command_line(template, text, expected):
    assert parse_parameter(template, text)[1] == expected


@pytest.mark.parametrize("text", ["bins", "bins=ten", "all=yes", "none=1"])
def test_unreadable_parameters_are_refused(template, text):
    with pytest.raises(BadInput):
        parse_parameter(template, text)


def test_an_unknown_template_lists_those_there_are(tmp_path, template):
    with pytest.raises(NotFound, match="one"):
        load_template(tmp_path, "two")


def test_a_default_that_does_not_fit_is_found_at_once(tmp_path):
    (tmp_path / "templates.toml").write_text(TEXT.replace("default = 10", "default = 11"))
    with pytest.raises(BadInput):
        load_template(tmp_path, "one")


@pytest.mark.parametrize("name", template_names(SHIPPED))
def test_shipped_templates_declare_what_their_notebooks_take(name):
    template = load_template(SHIPPED, name)
    notebook = nbformat.read(template.notebook, as_version=4)
    tagged = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", ())]
    assert len(tagged) == 1
    defaults = {}
    exec(tagged[0].source, {}, defaults)  # noqa: S102 - our own notebook's parameters cell
    assert defaults == {item.name: item.default for item in template.parameters}
    assert all(cell.outputs == [] for cell in notebook.cells if cell.cell_type == "code"), "no stored outputs"
