"""The check stage fails closed: whatever the report does not speak of, or lies about, is a FAIL."""

import pytest

from disclosure_control.core.decoder import plain
from disclosure_control.core.finding import FindingRecord
from disclosure_control.core.outcome import Outcome
from tests.factories import NOW, file, file_row, finding, report_record, request
from tre.adapters.vault import FolderVault
from tre.airlock.check import check
from tre.airlock.ports import CheckResult
from tre.airlock.request import RequestFile
from tre.airlock.states import State


@pytest.fixture
def vault(tmp_path):
    return FolderVault(tmp_path / "vault")


def asked():
    of = file(outcome=None, clean=b"")
    return request(state=State.SUBMITTED, files=[of, RequestFile("results.json", "0" * 64, 2)])


def reported(**changes):
    of = asked().files[0]
    return report_record(file_row(of.name, of.digest) | changes)


def test_a_good_report_is_taken_over(vault):
    changed, event = check(asked(), CheckResult(reported(), {"table.csv": b"clean"}), vault, NOW)
    of = changed.files[0]
    assert (changed.state, of.outcome, of.verified) == (State.IN_REVIEW, Outcome.PASS, True)
    assert vault.get(of.clean_digest) == b"clean"
    assert event.details["outcome"] == "pass"


BROKEN = {
    "no report at all": None,
    "no files": report_record(),
    "another name": reported(name="other.csv"),
    "another digest": reported(sha256="1" * 64),
    "an unknown outcome": reported(outcome="fine"),
    "an outcome in the wrong case": reported(outcome="PASS"),
    "findings that are no findings": reported(findings=[{"rule": "table.threshold"}]),
    "files that are no list": report_record(files="table.csv"),
    "a key that no file has": reported(more=1),
    "no digest": report_record({"name": "table.csv"}),
}


@pytest.mark.parametrize("report", BROKEN.values(), ids=BROKEN)
def test_an_unusable_report_fails_the_file(report, vault):
    changed, event = check(asked(), CheckResult(report, {"table.csv": b"clean"}), vault, NOW)
    of = changed.files[0]
    assert of.outcome is Outcome.FAIL
    assert of.findings[0].rule == "check.crashed"
    assert of.clean_digest == "", "nothing can be released of a file that has no answer"
    assert event.details["outcome"] == "fail"


def test_the_worst_outcome_is_the_requests(vault):
    report = reported(outcome="fail", findings=[plain(FindingRecord.of(finding()))])
    _, event = check(asked(), CheckResult(report, {}), vault, NOW)
    assert event.details["outcome"] == "fail"


def test_verified_is_taken_for_true_alone(vault):
    changed, _ = check(asked(), CheckResult(reported(verified="yes"), {}), vault, NOW)
    assert changed.files[0].verified is False
