import builtins
import socket
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from disclosure_control.core.content import Text, TextKind
from disclosure_control.core.location import located
from disclosure_control.core.outcome import Outcome
from disclosure_control.pii.names import model, processes
from disclosure_control.pii.recognisers.health import nhs_number_is_valid
from disclosure_control.pii.scan import scan_text, scan_texts

PROSE = "Margaret Thompson came to the clinic in May and was seen by the nurse."


def rules_of(*texts: Text) -> set[str]:
    return {finding.rule for finding in scan_texts(texts)}


def test_names_and_identifiers_are_found_by_place_and_never_repeated() -> None:
    text = f"{PROSE} NHS number 943 476 5919."
    found = scan_text(text)
    assert [(text[f.start : f.end], f.kind) for f in found] == [
        ("Margaret Thompson", "person"),
        ("943 476 5919", "nhs-number"),
    ]
    for finding in scan_texts([Text(located("line 1"), text)]):
        assert "Margaret" not in str(finding.to_dict())
        assert "943" not in str(finding.to_dict())


def test_a_name_is_looked_at_and_beside_an_identifier_it_stops_the_file() -> None:
    assert rules_of(Text(located("line 1"), PROSE)) == {"pii.person"}
    both = scan_texts([Text(located("line 1"), PROSE), Text(located("line 9"), "9434765919")])
    assert {finding.rule for finding in both} == {"pii.person-with-identifier", "pii.nhs-number"}
    assert {finding.outcome for finding in both} == {Outcome.FAIL}


def test_places_are_those_of_the_line_and_not_of_the_chunk() -> None:
    lines = [Text(located(f"line {i}"), "The mean rose a little in each year.") for i in range(1, 300)]
    (finding,) = scan_texts([*lines, Text(located("line 300"), PROSE)])
    assert finding.where == "line 300, characters 1–17"


def test_text_of_results_alone_says_nothing() -> None:
    plain = "Mean pay was 12.4 (SE 0.3) in the first group and 13.1 in the second, p < 0.05."
    assert scan_text(plain) == []


@pytest.mark.parametrize("kind", [TextKind.LABEL, TextKind.CODE])
def test_labels_and_programs_are_read_for_identifiers_and_not_for_names(kind: TextKind) -> None:
    assert (
        rules_of(
            Text(located("a label"), "Yorkshire", kind),
            Text(
                located("a label"),
                "model.fit(Margaret).summary of Margaret Thompson" if kind is TextKind.CODE else "Mr Smith",
                kind,
            ),
        )
        == set()
    )
    assert rules_of(Text(located("a label"), "9434765919", kind)) == {"pii.nhs-number"}


def test_a_long_text_is_read_to_its_end() -> None:
    text = "The mean rose a little in each year. " * 400 + PROSE
    (finding,) = scan_text(text)
    assert text[finding.start : finding.end] == "Margaret Thompson"


def test_a_column_of_plain_numbers_is_not_a_column_of_identifiers() -> None:
    numbers = np.random.default_rng(2).integers(10**9, 10**10, size=300)
    column = [
        Text(located(f"line {i}"), f"{number}", TextKind.LABEL, located("column 1")) for i, number in enumerate(numbers)
    ]
    assert any(finding.kind == "nhs-number" for text in column for finding in scan_text(text.text))
    assert rules_of(*column) == set()
    valid = [f"{n}" for n in range(4_000_000_000, 4_000_000_400) if nhs_number_is_valid(f"{n}")]
    real = [Text(located("line 1"), one, TextKind.LABEL, located("column 1")) for one in valid[:12]]
    assert "pii.nhs-number" in rules_of(*column[:5], *real)


def test_more_prose_than_is_read_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("disclosure_control.pii.scan.MAX_PROSE", 100)
    assert "pii.truncated" in rules_of(*[Text(located(f"line {i}"), f"Xochitl Quetzal came {i}") for i in range(100)])


def test_without_the_libraries_patterns_still_hold_and_names_are_said_to_be_unread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = builtins.__import__

    def refuse(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("presidio"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    model._engine.cache_clear()
    monkeypatch.setattr(builtins, "__import__", refuse)
    try:
        rules = rules_of(
            Text(located("line 1"), PROSE),
            Text(located("line 2"), "9434765919"),
            Text(located("line 3"), "Xochitl Quetzal."),
        )
        assert rules == {"pii.not-scanned", "pii.nhs-number", "pii.person-with-identifier"}
        assert [f.kind for f in scan_text("Xochitl Quetzal came.")] == ["not-scanned"]
    finally:
        monkeypatch.undo()
        model._engine.cache_clear()


def test_nothing_reaches_for_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a connection was tried")

    model._engine.cache_clear()
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert {f.kind for f in scan_text(f"{PROSE} Write to ann@example.org or see https://example.org.")} == {
        "person",
        "email",
    }


def test_a_column_of_addresses_is_not_read_by_the_model_and_the_report_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    people = processes.people

    def spied(texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        read.extend(texts)
        return people(texts)

    monkeypatch.setattr(processes, "people", spied)
    cells = [
        Text(
            located(f"line {n}, column 1"),
            f"Flat {n}, {n} Zebedee Street, Mrs Oyelaran, Leeds LS{n} 4DY",
            column=located("column 1"),
        )
        for n in range(2, 9)
    ]
    note = Text(
        located("line 2, column 2"),
        "The report was then read by Chidubem Oyelaran in the spring.",
        column=located("column 2"),
    )
    findings = {f.rule: f for f in scan_texts([*cells, note])}
    assert "no language model looked" in findings["pii.column"].why
    assert findings["pii.person-with-identifier"].counts["places"] >= len(cells)  # titles are cues, and need no model
    assert read and not any("Zebedee" in text for text in read)
