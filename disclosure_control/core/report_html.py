"""A report as one page of HTML that needs nothing else: no script, no font, no picture from elsewhere."""

from collections import Counter
from collections.abc import Sequence
from html import escape
from typing import Final

from disclosure_control.core.finding import Finding
from disclosure_control.core.outcome import Outcome, combine
from disclosure_control.core.report import TOOL, FileReport, Report, tool_version
from disclosure_control.core.statbarns import RECORD

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE: Final = """
:root { --ink: #0b0c0c; --grey: #505a5f; --line: #b1b4b6; --pass: #00703c; --review: #b45309; --fail: #b10e1e; }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 68rem; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink) }
h1 { font-size: 1.6rem; margin: 0 0 .25rem } h2 { font-size: 1.1rem; margin: 0; overflow-wrap: anywhere }
p { margin: .25rem 0 } .grey { color: var(--grey) } code { font-size: .9em; overflow-wrap: anywhere }
.tag { display: inline-block; min-width: 4.5rem; padding: .1rem .6rem; border-radius: .2rem; color: #fff;
  font-weight: 600; font-size: .85rem; text-align: center; text-transform: uppercase; white-space: nowrap }
.pass { background: var(--pass) } .review { background: var(--review) } .fail { background: var(--fail) }
.counts { display: flex; gap: 1rem; flex-wrap: wrap; margin: 1rem 0; padding: 0; list-style: none }
article { border: 1px solid var(--line); border-left: .4rem solid var(--line); padding: .75rem 1rem; margin: 1rem 0 }
article.is-fail { border-left-color: var(--fail) } article.is-review { border-left-color: var(--review) }
article.is-pass { border-left-color: var(--pass) }
header { display: flex; gap: .75rem; align-items: baseline }
table { border-collapse: collapse; width: 100%; margin-top: .5rem; font-size: .95rem }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem .4rem 0; border-top: 1px solid var(--line) }
td { overflow-wrap: anywhere } th:first-child, td:first-child { width: 6.5rem }
th:nth-child(2), td:nth-child(2) { width: 14rem } th:nth-child(3), td:nth-child(3) { width: 14rem }
@media (max-width: 45rem) { table, tbody, tr, td { display: block; width: auto !important } thead { display: none } }
@media print { body { max-width: none } article { break-inside: avoid } }
"""


def report_page(reports: Sequence[Report]) -> str:
    """One page for the reports of one check, worst files first, that loads nothing and runs no script.

    Args:
        reports: what ``check_path`` gave for each path; they have one policy.

    Returns:
        A page of HTML.

    Raises:
        ValueError: there is no report.
    """
    if not reports:
        raise ValueError("a page needs a report")
    outcome = combine(report.outcome for report in reports)
    files = [file for report in reports for file in report.files]
    inside = [file for file in files if file.statbarn == RECORD and file.outcome is Outcome.PASS]
    listed = sorted((file for file in files if file not in inside), key=lambda file: (-file.outcome, file.name))
    folder = [finding for report in reports for finding in report.findings]
    parts = [_top(reports[0], outcome, listed)]
    if folder:
        parts.append(_article("Beside the files", combine(f.outcome for f in folder), "", folder))
    parts += [_article(file.name, file.outcome, _facts(file), file.findings) for file in listed]
    if inside:
        parts.append(f'<p class="grey">{len(inside)} records of the session and its evidence are kept inside.</p>')
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Disclosure check: {outcome.label}</title><style>{_STYLE}</style></head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def _top(report: Report, outcome: Outcome, listed: Sequence[FileReport]) -> str:
    counts = Counter(file.outcome for file in listed)
    worst_first = sorted(Outcome, reverse=True)
    items = "".join(f"<li>{_tag(level)} {counts[level]} {_files(counts[level])}</li>" for level in worst_first)
    against = report.verified_against
    compared = "no view at hand" if against is None else ", ".join(sorted(against))
    return (
        f"<h1>Disclosure check {_tag(outcome)}</h1>"
        f'<p class="grey">Policy {escape(report.policy.id)} {escape(report.policy.version)}, '
        f"<code>{escape(report.policy.digest)}</code></p>"
        f'<p class="grey">{TOOL} {escape(tool_version())}; compared with: {escape(compared)}</p>'
        f'<ul class="counts">{items}</ul>'
    )


def _article(name: str, outcome: Outcome, facts: str, findings: Sequence[Finding]) -> str:
    lines = "".join(map(_line, sorted(findings, key=lambda finding: -finding.outcome)))
    head = "<tr><th>Outcome</th><th>Rule</th><th>Where</th><th>Why, and what to do</th></tr>"
    table = f"<table><thead>{head}</thead><tbody>{lines}</tbody></table>"
    return (
        f'<article class="is-{outcome.label}"><header>{_tag(outcome)}<h2>{escape(name)}</h2></header>{facts}'
        f"{table if findings else ''}</article>"
    )


def _facts(file: FileReport) -> str:
    rebuilt = "its rebuilt form is what a release holds" if file.clean is not None else "it has no form to release"
    text = f"{file.media_type}, {file.size_bytes:,} bytes, {file.known}; {rebuilt}"
    return f'<p class="grey">{escape(text)}<br><code>sha256:{escape(file.sha256)}</code></p>'


def _line(finding: Finding) -> str:
    todo = "" if finding.outcome is Outcome.PASS else f"<p>→ {escape(finding.todo)}</p>"
    return (
        f"<tr><td>{_tag(finding.outcome)}</td><td><code>{escape(finding.rule)}</code></td>"
        f"<td>{escape(finding.where)}</td><td><p>{escape(finding.why)}</p>{todo}</td></tr>"
    )


def _tag(outcome: Outcome) -> str:
    return f'<span class="tag {outcome.label}">{outcome.label}</span>'


def _files(number: int) -> str:
    return "file" if number == 1 else "files"
