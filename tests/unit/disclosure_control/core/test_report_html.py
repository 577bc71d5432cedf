from html.parser import HTMLParser

import pytest

from disclosure_control.core.finding import make_finding
from disclosure_control.core.policy import Policy
from disclosure_control.core.report import FileReport, Report
from disclosure_control.core.report_html import report_page
from disclosure_control.core.statbarns import RECORD, UNKNOWN


def file(name: str, *rules: str, statbarn: str = UNKNOWN) -> FileReport:
    return FileReport(name, "0" * 64, 12, "text/csv", statbarn, tuple(make_finding(rule, "line 3") for rule in rules))


def test_the_page_says_everything_of_the_report_worst_first() -> None:
    policy = Policy.load("default")
    link = make_finding("artefact.link", "door")
    kept = file("evidence/a.json", "policy.kept", statbarn=RECORD)
    page = report_page(
        [Report((file("a.csv", "evidence.none"), kept), policy), Report((file("b.csv", "pii.email"),), policy, (link,))]
    )
    assert policy.digest in page
    assert page.index("b.csv") < page.index("a.csv")
    for said in ("pii.email", "line 3", "Remove it.", "artefact.link", "door", "1 records of the session"):
        assert said in page
    assert "evidence/a.json" not in page


def test_a_name_that_is_a_program_stays_a_name() -> None:
    name = '<script>alert(1)</script>"><img src=x onerror=alert(1)>.csv'
    seen: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            seen.append(tag)
            assert not any(key.startswith("on") or key in ("src", "href") for key, _ in attrs)

    Tags().feed(report_page([Report((file(name, "pii.email"),), Policy())]))
    assert not {"script", "img", "link", "iframe"} & set(seen)


def test_no_report_is_no_page() -> None:
    with pytest.raises(ValueError, match="needs a report"):
        report_page([])
