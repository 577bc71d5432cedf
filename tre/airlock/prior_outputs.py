"""What a new output must be compared with: everything that the same people have been told of before.

Two tables that are safe alone can be subtracted from each other. So a request is compared with what its own project
released or still has in review, and with what other projects on the same datasets released. What was compared is kept
on the request: if something else left in the meantime, the request cannot leave before it was checked again.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tre.airlock.request import Request, RequestFile
from tre.airlock.states import State
from tre.core.errors import BadTransition
from tre.core.ids import ProjectId
from tre.projects.project import Project

_IN_REVIEW = frozenset({State.IN_REVIEW, State.APPROVED})
_LEFT = frozenset({State.RELEASED, State.REVOKED})


@dataclass(frozen=True)
class PriorOutput:
    """An output whose fingerprint is kept.

    Attributes:
        name: what to call it in a finding.
        fingerprint: the digest of its fingerprint, in the vault.
        foreign: whether it is another project's.
        compared_with: what it was itself compared with; to subtract works either way.
    """

    name: str
    fingerprint: str
    foreign: bool
    compared_with: tuple[str, ...] = ()


def related_projects(project: Project, projects: Iterable[Project]) -> frozenset[ProjectId]:
    """The other projects that see one of the same datasets."""
    return frozenset(
        candidate.id
        for candidate in projects
        if candidate.id != project.id and set(candidate.columns) & set(project.columns)
    )


def earlier_outputs(
    request: Request,
    requests: Iterable[Request],
    related: Collection[ProjectId],
    *,
    released_only: bool = False,
) -> list[PriorOutput]:
    """What a request must be compared with.

    Args:
        request: the request that is checked, or about to be released.
        requests: every request there is.
        related: the other projects on the same datasets.
        released_only: leave out what is still in review in the same project.
    """
    outputs: dict[str, PriorOutput] = {}
    for prior in requests:
        if prior.id == request.id or prior.project not in {request.project, *related}:
            continue
        foreign = prior.project != request.project
        for file in _disclosed_outputs(prior, released_only=foreign or released_only):
            name = "a release of another project" if foreign else f"{file.name} of {prior.release or prior.id}"
            output = PriorOutput(name, file.fingerprint, foreign, prior.compared_with)
            outputs.setdefault(file.fingerprint, output)
    return list(outputs.values())


def check_nothing_else_left(request: Request, earlier: Iterable[PriorOutput]) -> None:
    """Raise BadTransition when something was released that this request was not compared with."""
    fingerprints = {file.fingerprint for file in request.outputs if file.fingerprint}
    unseen = [
        output
        for output in earlier
        if fingerprints
        and output.fingerprint not in request.compared_with
        and not fingerprints <= set(output.compared_with)
    ]
    if unseen:
        raise BadTransition(
            f"Since request '{request.id}' was checked, {len(unseen)} other outputs on the same people were released.",
            hint="Send it back; when it is handed in again it is compared with them.",
        )


def _disclosed_outputs(request: Request, *, released_only: bool) -> list[RequestFile]:
    """The outputs that were told to somebody, or may be soon. A revocation makes nobody forget."""
    files = [file for file in request.outputs if file.fingerprint]
    if request.state in _LEFT:
        return [file for file in files if file.name in request.released_files]
    return files if request.state in _IN_REVIEW and not released_only else []
