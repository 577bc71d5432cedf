"""Disclosure control of what was submitted, beside everything that left before it."""

import tempfile
from pathlib import Path

from tre.airlock.check import check
from tre.airlock.owners import conditions_of
from tre.airlock.ports import CheckInputs, CheckResult
from tre.airlock.prior_outputs import PriorOutput, earlier_outputs, related_projects
from tre.airlock.request import Condition, Request
from tre.audit.events import Event
from tre.core import clock
from tre.core.errors import BadTransition
from tre.core.ids import RequestId
from tre.projects.effective_policy import strictest_policy
from tre.projects.project import Project
from tre.services.container import Container


class CheckService:
    """Checks requests; what it finds is for their checkers."""

    def __init__(self, container: Container) -> None:
        """Work on one installation."""
        self._container = container

    def check(self, request: str) -> Request:
        """Run disclosure control on a submitted request; it then waits for its checkers.

        Args:
            request: its id.

        Returns:
            The request with what was found of each file.

        Raises:
            BadTransition: it is not waiting for a check, or was submitted again meanwhile.
            NotFound: there is no such request.
            Unavailable: this machine cannot isolate the check.
            BadPolicy: the project's policy is none, though it was one when it was approved.
        """
        submitted = self._container.requests.request(RequestId(request))
        vault, now, settings = self._container.vault, clock.now(), self._container.settings
        earlier = self.prior_outputs(submitted)
        result = self._result(submitted, earlier)
        usual, high = settings.approvals_needed, settings.high_risk_approvals_needed

        def decide(old: Request) -> tuple[Request, Event]:
            if old.round != submitted.round:
                raise BadTransition(
                    f"Request '{old.id}' was submitted again while round {submitted.round} was checked."
                )
            return check(old, result, vault, now, earlier, usual=usual, high=high)

        return self._container.requests.change_request(submitted.id, decide)

    def prior_outputs(self, request: Request, *, released_only: bool = False) -> list[PriorOutput]:
        """What a request is compared with, so that nobody is found by subtracting outputs.

        Args:
            request: the one that is compared.
            released_only: leave out what was never released.

        Returns:
            Outputs of this project, and of those that see a dataset of its.
        """
        project = self._container.projects.project(request.project)
        # A project that sees no dataset shares none.
        related = related_projects(project, self._container.projects.projects()) if project.columns else frozenset()
        everything = self._container.requests.requests({request.project, *related})
        return earlier_outputs(request, everything, related, released_only=released_only)

    def conditions(self, project: Project) -> tuple[Condition, ...]:
        """What a project's datasets ask of its outputs.

        Args:
            project: the project.

        Returns:
            A condition a dataset, by the contract of the version that it sees and by the newest.

        Raises:
            NotFound: one of its datasets is not there any more.
        """
        catalogue = self._container.catalogue
        newest = [catalogue.version(dataset) for dataset in project.columns]
        visible = [catalogue.version(dataset, number) for dataset, number in project.versions.items()]
        versions = {(version.dataset, version.contract_digest): version for version in [*newest, *visible]}
        return conditions_of(self._container.contracts(versions.values()))

    def _result(self, request: Request, earlier: list[PriorOutput]) -> CheckResult:
        """What the sandboxed check says of the request's files."""
        container = self._container
        project, vault = container.projects.project(request.project), container.vault
        thresholds = [(condition.dataset, condition.version, condition.policy) for condition in request.conditions]
        numbers = container.numbers(project.id)
        inputs = CheckInputs(
            policy=strictest_policy(project.policy, thresholds),
            views=container.views(project),
            numbers=numbers if numbers.is_file() else None,
            earlier=[(output, vault.get(output.fingerprint)) for output in earlier],
        )
        with tempfile.TemporaryDirectory(prefix="request-", dir=container.folder("checks")) as temporary:
            for file in request.files:
                path = Path(temporary) / file.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(vault.get(file.digest))
            return container.checker.check(Path(temporary), inputs, timeout_s=container.settings.check_timeout_s)
