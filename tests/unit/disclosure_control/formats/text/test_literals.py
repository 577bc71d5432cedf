"""Values written into programs are found in each language, and ordinary programs are left alone."""

import pytest

from disclosure_control.core.content import ContentBuilder
from disclosure_control.core.location import WHOLE
from disclosure_control.formats.text import literals
from disclosure_control.formats.text.literals import LANGUAGES, LEXERS, MANY_VALUES, language_of, note_values

PAIRS = [(i, 1000 + 7 * i) for i in range(40)]
LIST = ", ".join(str(b) for b in range(90))
ROWS = "\n".join(f"{a} {b}" for a, b in PAIRS)
DATA = {
    "python": f"x = [{LIST}]",
    "r": f"x <- c({LIST})",
    "sql": "SELECT 1 AS a" + "".join(f" UNION ALL SELECT {a}" for a in range(70)),
    "stata": f"input id pay\n{ROWS}\nend",
    "sas": f"data a;\ninput x y;\ndatalines;\n{ROWS}\n{ROWS}\n;\nrun;",
    "julia": f"x = [{LIST}]",
    "javascript": f"const x = [{LIST}]",
    "matlab": f"x = [{LIST}]",
    "bash": f"x=({LIST.replace(',', '')})",
    "stan": f"real x[90] = {{{LIST}}};",
    "c": f"int x[] = {{{LIST}}};",
    "cpp": f"int x[] = {{{LIST}}};",
    "java": f"int[] x = {{{LIST}}};",
    "scala": f"val x = List({LIST})",
}


def noted(source: str, language: str) -> list[tuple[str, str]]:
    reading = ContentBuilder()
    note_values(source, language, WHOLE, reading)
    return [(finding.rule, finding.where) for finding in reading.findings]


def test_every_language_has_an_example() -> None:
    assert DATA.keys() == LANGUAGES


@pytest.mark.parametrize("language", DATA)
def test_data_in_a_program_are_named_with_their_line(language: str) -> None:
    rule, where = noted(f"\n{DATA[language]}\n", language)[0]
    assert rule == "code.literals"
    assert where in ("line 2", "line 3", "line 4")


@pytest.mark.parametrize(
    "source",
    [
        "x = [" + ", ".join(f"({a}, {b})" for a, b in PAIRS) + "]",
        "\n".join(f"add({a}, {b})" for a, b in PAIRS),
        't = """\n' + "\n".join(f"P{a},{b},North" for a, b in PAIRS * 2) + '\n"""',
        "\n".join(f"# {a} {b}" for a, b in PAIRS),
        "x = [" + ", ".join(f'{{"id": {a}, "pay": None}}' for a, _ in PAIRS) + "]",
    ],
    ids=["pairs", "calls", "one text", "comments", "dictionaries"],
)
def test_data_in_other_forms_are_found_too(source: str) -> None:
    assert [rule for rule, _ in noted(source, "python")] == ["code.literals"]


@pytest.mark.parametrize(
    ("source", "language"),
    [
        (f"x = [{', '.join(['1'] * (MANY_VALUES - 1))}]", "python"),
        ("\n".join(f"import module_{i}" for i in range(90)), "python"),
        ('"""' + "A line of prose, with a comma, and no more.\n" * 90 + '"""', "python"),
        ("\n".join(f"# Step {i} of the analysis is about the people in the view." for i in range(90)), "r"),
        ("SELECT area, count(*) FROM view GROUP BY area HAVING count(*) >= 10;\n" * 9, "sql"),
        (f"x: [{LIST}]", "yaml"),
    ],
)
def test_ordinary_programs_are_left_alone(source: str, language: str) -> None:
    assert noted(source, language) == []


def test_a_program_too_long_to_look_through_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(literals, "MAX_LEXED", 10)
    assert noted("x = 1\ny = 2\n", "python") == [("code.literals", "the whole file")]


def test_the_language_is_told_by_the_ending() -> None:
    assert {language_of(f"a{ending.upper()}") for ending in LEXERS} == LANGUAGES
    assert language_of("a.yaml") == ""
