"""The only door out. A sealed, signed package of approved digests, and nothing else.

Only the service of releases calls it. What goes in is decided here once more from the votes themselves, whatever state
the request claims to be in.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from disclosure_control.core.decoder import BadMessage, decode, plain
from disclosure_control.core.report_record import ReportRecord
from tre.airlock.crate import CRATE, PUBLIC_KEY, RECORD, crate
from tre.airlock.materials import ReleaseMaterials
from tre.airlock.owners import check_owners_approve
from tre.airlock.package import MANIFEST, seal
from tre.airlock.permissions import check_person_can
from tre.airlock.ports import PackageStore, Vault
from tre.airlock.record import record
from tre.airlock.request import Direction, FileDecision, Recipient, Request, RequestFile
from tre.airlock.states import Step, transition
from tre.airlock.votes import approvals_needed, decisions
from tre.audit.events import Event
from tre.core import clock, digest
from tre.core.errors import BadTransition, IntegrityError
from tre.core.ids import ReleaseId
from tre.core.people import Person
from tre.projects.project import Project


@dataclass(frozen=True)
class ReleaseResult:
    """A package that was written."""

    id: ReleaseId
    path: Path
    manifest_digest: str
    files: tuple[str, ...]


def release(
    request: Request,
    person: Person,
    project: Project,
    materials: ReleaseMaterials,
    *,
    now: datetime,
) -> tuple[Request, Event, ReleaseResult]:
    """Write the package of a request's approved files.

    Meant to run inside the store's transaction: the package is in place before the state is written, so that a
    release is never recorded without its package. A package without a record is never signed twice differently:
    the next attempt replaces it.

    Raises:
        NotAllowed, BadTransition: this person may not, or the votes do not carry it.
        IntegrityError: the vault does not hold what was approved.
    """
    row = transition(request.state, Step.RELEASE)
    check_person_can(row.who, Step.RELEASE, person, request, project, now.date())
    if request.direction is not Direction.OUT:
        raise BadTransition(f"Request '{request.id}' asks for files to come in.")
    approved = approved_files(request, project, materials.needed)
    identifier = ReleaseId(f"rel-{request.id.removeprefix('req-')}-{request.round}")
    report = _report(request, materials.vault)
    released = {f"outputs/{file.name}": file for file in approved}
    files = {name: _approved_bytes(file, materials.vault) for name, file in released.items()}
    about = record(request, project, released, materials, report=report, release=identifier, by=person, now=now)
    files[RECORD] = json.dumps(about, indent=1, ensure_ascii=False).encode()
    files[PUBLIC_KEY] = materials.signer.public_key().encode()
    metadata = crate(project, released, identifier, policy=request.policy_digest, tool=str(plain(report.tool)), now=now)
    files[CRATE] = json.dumps(metadata, indent=1, ensure_ascii=False).encode()
    sealed = seal(files, release=identifier, sign=materials.signer.sign)
    path = materials.packages.write_package(identifier, sealed)
    manifest_digest = digest.of_bytes(sealed[MANIFEST])
    changed = _released_request(request, person, approved, identifier, manifest_digest, now)
    details = {"round": request.round, "release": identifier, "manifest_digest": manifest_digest}
    event = Event(row.event, person.id, request.id, now, details)
    return changed, event, ReleaseResult(identifier, path, manifest_digest, tuple(released))


def _report(request: Request, vault: Vault) -> ReportRecord:
    """What the latest check said."""
    try:
        return decode(vault.get(request.report_digest), ReportRecord)
    except BadMessage:
        raise IntegrityError(f"The report of the check of '{request.id}' cannot be read.") from None


def land(
    request: Request,
    person: Person,
    project: Project,
    *,
    needed: int,
    vault: Vault,
    packages: PackageStore,
    now: datetime,
) -> tuple[Request, Event, ReleaseResult]:
    """The door the other way: the approved files of an incoming request land, read-only, in the project.

    Args:
        packages: the folder of the project's imports.

    Raises as ``release``.
    """
    row = transition(request.state, Step.RELEASE)
    check_person_can(row.who, Step.RELEASE, person, request, project, now.date())
    if request.direction is not Direction.IN:
        raise BadTransition(f"Request '{request.id}' asks for files to go out.")
    approved = approved_files(request, project, needed)
    identifier = ReleaseId(f"imp-{request.id.removeprefix('req-')}-{request.round}")
    files = {file.name: _approved_bytes(file, vault) for file in approved}
    path = packages.write_package(identifier, files)
    landed_digest = digest.of_value({file.name: file.clean_digest for file in approved})
    changed = _released_request(request, person, approved, identifier, landed_digest, now)
    details = {"round": request.round, "release": identifier, "manifest_digest": landed_digest, "direction": "in"}
    event = Event(row.event, person.id, request.id, now, details)
    return changed, event, ReleaseResult(identifier, path, landed_digest, tuple(files))


def _released_request(
    request: Request, person: Person, approved: Sequence[RequestFile], release: ReleaseId, manifest: str, now: datetime
) -> Request:
    changed = replace(
        request,
        state=transition(request.state, Step.RELEASE).to,
        release=release,
        released_files=tuple(file.name for file in approved),
        manifest_digest=manifest,
        released_at=clock.text(now),
        recipients=(Recipient(request.author, person.id, clock.text(now)),),
    )
    return changed.noted(Step.RELEASE, person.id, now)


def approved_files(request: Request, project: Project, needed: int) -> list[RequestFile]:
    """The files that enough checkers approved, counted anew from the votes.

    Raises:
        BadTransition: a file is not decided, none is approved, or a data owner's approval is missing.
    """
    verdicts = decisions(request, needed, project.members)
    undecided = [
        name for name, decision in verdicts.items() if decision not in {FileDecision.APPROVED, FileDecision.REFUSED}
    ]
    approved = [file for file in request.outputs if verdicts[file.name] is FileDecision.APPROVED]
    if undecided or not approved:
        enough = approvals_needed(request, needed)
        raise BadTransition(f"Request '{request.id}' has no complete approval by {enough} checkers.")
    check_owners_approve(request)
    return approved


def _approved_bytes(file: RequestFile, vault: Vault) -> bytes:
    data = vault.get(file.clean_digest)
    if digest.of_bytes(data) != file.clean_digest:
        raise IntegrityError(f"The vault does not hold the bytes that were approved for '{file.name}'.")
    return data
