from disclosure_control.core.finding import make_finding
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy
from disclosure_control.core.report import FileReport, Report
from disclosure_control.core.statbarns import FREQUENCIES, RECORD


def file(name: str, *rules: str, statbarn: str = FREQUENCIES) -> FileReport:
    findings = tuple(make_finding(rule, "row North") for rule in rules)
    return FileReport(name, "0" * 64, 12, "text/csv", statbarn, findings, clean=b"content")


def test_the_worst_file_decides_and_no_file_is_no_pass() -> None:
    policy = Policy.load("default")
    assert Report((), policy).outcome is Outcome.REVIEW
    assert Report((file("a"),), policy).outcome is Outcome.REVIEW
    assert Report((file("a", "evidence.verified"),), policy).outcome is Outcome.PASS
    assert Report((file("a", "evidence.verified"), file("b", "pii.email")), policy).outcome is Outcome.FAIL
    link = make_finding("artefact.link", "x")
    assert Report((file("a", "evidence.verified"),), policy, findings=(link,)).outcome is Outcome.FAIL


def test_the_dictionary_names_policy_and_tool_and_holds_no_content() -> None:
    policy = Policy.load("default")
    data = Report((file("a", "pii.email"),), policy, verified_against=None).to_dict()
    named = {"id": "default", "version": policy.version, "digest": policy.digest}
    assert data["policy"] == {**named, "thresholds": policy.values}
    assert data["tools"]["pandas"]  # type: ignore[index]
    assert data["verified_against"] is None
    assert "content" not in str(data).replace("hidden-content", "")
    (entry,) = data["files"]  # type: ignore[misc]
    assert entry["rebuilt"] is True
    assert entry["outcome"] == "fail"


def test_the_text_puts_the_worst_file_first_and_says_what_to_do() -> None:
    records = file("evidence/a.json", "policy.kept", statbarn=RECORD)
    text = Report(
        (file("good.csv", "evidence.verified"), records, file("bad.csv", "table.threshold")), Policy()
    ).to_text()
    assert text.index("bad.csv") < text.index("good.csv")
    assert "→ Suppress the cell" in text
    assert "evidence/a.json" not in text
    assert "1 records of the session" in text
