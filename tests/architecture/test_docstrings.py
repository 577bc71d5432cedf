"""Every public function says what its arguments are, what it returns and which of our errors it raises."""

import doctest
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import disclosure_control
import tre
from disclosure_control.core.errors import BadTable, DisclosureError
from tests.docstrings import problems, public_members, raised
from tre.app import Tre
from tre.core.errors import TreError

ROOT = Path(__file__).parents[2]


def offered() -> list[str]:
    """Everything that a page of the reference shows, by its full name."""
    pages = sorted((ROOT / "docs" / "reference").glob("*.md"))
    return [name for page in pages for name in re.findall(r"(?m)^::: (\S+)", page.read_text(encoding="utf-8"))]


def shown(name: str) -> Iterator[tuple[str, Any, type | None]]:
    """The functions and classes of a name of the reference."""
    path, _, attribute = name.rpartition(".")
    found = getattr(importlib.import_module(path), attribute)
    if inspect.ismodule(found):
        yield from public_members(found, [public for public in vars(found) if not public.startswith("_")])
    else:
        yield from public_members(importlib.import_module(path), [attribute])


# Each of its methods says where it leads instead.
JOURNEY = "tre.app.Tre"
FACES = [
    *public_members(disclosure_control, disclosure_control.__all__),
    *public_members(tre, tre.__all__),
    *(member for name in offered() if name != JOURNEY for member in shown(name)),
]
FACES = list({name: (name, thing, owner) for name, thing, owner in FACES}.values())


@pytest.mark.parametrize(("name", "thing", "owner"), FACES, ids=[name for name, *_ in FACES])
def test_a_public_function_says_what_it_takes_returns_and_raises(name: str, thing: object, owner: type | None):
    assert not problems(name, thing, owner)


EXAMPLES = sorted(
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
    for package in ("disclosure_control", "tre", "hub_config", "infra")
    for path in (ROOT / package).rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("module", EXAMPLES)
def test_the_examples_of_a_module_print_what_they_say(module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SDC_POLICY", raising=False)
    result = doctest.testmod(importlib.import_module(module))
    assert result.attempted
    assert not result.failed


def test_the_faces_are_looked_at():
    names = {name for name, *_ in FACES}
    assert {"Outputs.crosstab", "Outputs.finalise", "Policy.load", "cell_statistics", "load", "Report.to_text"} <= names
    assert {"Settings.load", "round_table", "Ptable.of", "ACRO.finalise", "Unreadable"} <= names


def test_an_arrow_of_the_journey_says_where_it_leads():
    described = {name for name, *_ in FACES}
    arrows = {name: method for name, method, owner in shown(JOURNEY) if owner is not None}
    assert len(arrows) > 8
    assert not problems("Tre.open", arrows.pop("Tre.open"), Tre)
    for name, method in arrows.items():
        leads = re.search(r"see ``(\w+\.\w+)``", inspect.getdoc(method) or "")
        assert leads is not None, name
        assert leads[1] in described, name


def _raises(flag: bool) -> None:
    if flag:
        raise BadTable("always")


def _catches(flag: bool) -> None:
    try:
        _raises(flag)
    except DisclosureError:
        return


_raises.__module__ = _catches.__module__ = "tre.example"


def _silent(first: int, second: int) -> int:
    """Does something.

    Args:
        first: a number.
        third: nothing.
    """
    _raises(first > second)
    return first


_silent.__module__ = "tre.example"


def test_what_is_not_said_is_found():
    assert problems("silent", _silent) == [
        "silent: argument second is not described",
        "silent: argument third does not exist",
        "silent: Returns is missing",
        "silent: BadTable is not said to be raised",
    ]
    assert problems("raises", _raises)[0] == "raises: says nothing"


def test_what_is_caught_on_the_way_is_not_asked_for():
    assert raised(_raises) == {BadTable}
    assert raised(_catches) == set()
    assert not issubclass(BadTable, TreError)
