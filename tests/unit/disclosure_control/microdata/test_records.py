from pathlib import Path

import pandas as pd
import pytest

from disclosure_control.core.content import Column
from disclosure_control.microdata.records import pseudonym_findings, record_findings


def columns(**cells: list[str]) -> list[Column]:
    return [Column(i, name, values) for i, (name, values) in enumerate(cells.items(), 1)]


def rules_of(given: list[Column]) -> list[str]:
    return [finding.rule for finding in record_findings(given)]


@pytest.mark.parametrize("header", ["person_id", "PatientID", "NHS number", "id", "nhs_no", "uuid"])
def test_a_column_of_identifiers_makes_records(header: str) -> None:
    assert rules_of(columns(**{header: [f"a{i}" for i in range(8)], "age": ["40"] * 8})) == ["microdata.records"]


@pytest.mark.parametrize("header", ["width", "period", "paid", "identity group", "residual"])
def test_other_words_that_hold_id_do_not(header: str) -> None:
    assert rules_of(columns(**{header: [f"a{i}" for i in range(8)], "age": ["40"] * 8})) == []


def test_many_rows_that_are_all_different_are_records() -> None:
    rows = [str(i) for i in range(250)]
    assert rules_of(columns(age=rows, pay=rows, area=["N"] * 250)) == ["microdata.records"]
    assert rules_of(columns(age=["1"] * 250, pay=["2"] * 250, area=["N"] * 250)) == []
    assert rules_of([]) == []


def test_pseudonyms_of_the_views_are_found_in_any_text(view: Path, people: pd.DataFrame) -> None:
    texts = [f"see {people.index[0]}, and {people.index[1]}.", "nothing here"]
    (finding,) = pseudonym_findings(texts, {"pay": view}, "person_id")
    assert (finding.rule, finding.counts) == ("microdata.pseudonym", {"units": 2})
    assert people.index[0] not in str(finding.to_dict())
    assert pseudonym_findings(["an ordinary sentence"], {"pay": view}, "person_id") == []
    assert pseudonym_findings(texts, {}, "person_id") == []
