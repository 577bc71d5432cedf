"""Every file is checked by disclosure control, and the request goes to its human checkers.

The airlock does not believe what the outputs say of themselves: the check recomputes them from the kept frame and the
project's view. Whatever the report does not speak of is a FAIL. The outcome stops nothing by itself: it tells two
people what they must look at, and what they would have to overrule by name.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from disclosure_control.core.decoder import plain
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.outcome import Outcome, combine
from disclosure_control.core.report_record import FileRecord
from tre.airlock.ports import CheckResult, Vault
from tre.airlock.prior_outputs import PriorOutput
from tre.airlock.request import FEWEST_APPROVALS, Direction, Request, RequestFile
from tre.airlock.risk import approvals_by_risk, risks_of
from tre.airlock.states import Step, transition
from tre.airlock.votes import SYSTEM
from tre.audit.events import Event
from tre.core import digest

# What is looked at in a file that comes in: it tells of no figures, but may hold what should not be here.
_INCOMING_RULES = ("pii.", "artefact.", "check.")


def check(
    request: Request,
    checked: CheckResult,
    vault: Vault,
    now: datetime,
    earlier: Sequence[PriorOutput] = (),
    *,
    usual: int = FEWEST_APPROVALS,
    high: int = FEWEST_APPROVALS,
) -> tuple[Request, Event]:
    """The request with every file's outcome, findings and rebuilt bytes, ready for review.

    Args:
        request: as submitted.
        checked: what the check found.
        vault: where rebuilt files and fingerprints are kept.
        now: the time of the check.
        earlier: the outputs that it was compared with.
        usual, high: how many must approve, and how many when the request turns out to be of high risk.
    """
    row = transition(request.state, Step.CHECK)
    report = checked.report
    reported = {} if report is None else {item.name: item for item in report.files}
    files = tuple(_checked_file(file, reported.get(file.name), checked, vault) for file in request.files)
    if request.direction is Direction.IN:
        files = tuple(_incoming_file(file) for file in files)
    policy_digest = "" if report is None else report.policy.digest
    changed = replace(
        request,
        state=row.to,
        files=files,
        policy_digest=policy_digest,
        report_digest=vault.put(digest.canonical_json({} if report is None else plain(report))),
        compared_with=tuple(output.fingerprint for output in earlier),
    )
    risks = risks_of(changed)
    changed = replace(changed, risks=risks, needed=approvals_by_risk(risks, usual=usual, high=high))
    changed = changed.noted(Step.CHECK, SYSTEM, now)
    outcome = combine(Outcome.FAIL if file.outcome is None else file.outcome for file in changed.outputs)
    details = {
        "round": request.round,
        "outcome": outcome.label,
        "policy_digest": policy_digest,
        "report_digest": changed.report_digest,
        "compared_with": len(earlier),
        "risks": list(risks),
        "approvals_needed": changed.needed,
    }
    return changed, Event(row.event, SYSTEM, request.id, now, details)


def _checked_file(file: RequestFile, reported: FileRecord | None, checked: CheckResult, vault: Vault) -> RequestFile:
    if file.is_evidence:
        return file
    if reported is None or reported.sha256.removeprefix("sha256:") != file.digest:
        return replace(
            file, outcome=Outcome.FAIL, findings=(_unreported(file),), clean_digest="", verified=False, fingerprint=""
        )
    clean, fingerprint = checked.clean.get(file.name), checked.fingerprints.get(file.name)
    return replace(
        file,
        outcome=Outcome.from_label(reported.outcome),
        findings=tuple(record.finding() for record in reported.findings),
        clean_digest=vault.put(clean) if clean is not None else "",
        media_type=reported.media_type,
        statbarn=reported.statbarn,
        verified=reported.verified,
        fingerprint=vault.put(fingerprint) if fingerprint else "",
    )


def _incoming_file(file: RequestFile) -> RequestFile:
    """The file as it would land in the project: its very bytes, which two people must have looked at."""
    findings = tuple(finding for finding in file.findings if finding.rule.startswith(_INCOMING_RULES))
    worst = max([Outcome.REVIEW, *(finding.outcome for finding in findings)])
    return replace(file, outcome=worst, findings=findings, clean_digest=file.digest, verified=False, fingerprint="")


def _unreported(file: RequestFile) -> Finding:
    return make_finding(
        "check.crashed",
        file.name,
        outcome=Outcome.FAIL,
        why="The check gave no answer that can be used for this file.",
        todo="Submit it again; if it happens twice, ask an operator to look at the check's log.",
    )
