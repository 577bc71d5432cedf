"""An airlock over real stores with a project of its own, for tests of whole histories.

Everything is what an installation has, database, vault, packages and keys, but for the check of the files' content: it
is passed in by construction, so that thousands of histories need no sandbox each.
"""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from disclosure_control.core.policy import POLICIES
from tests.factories import file_row, report_record
from tests.stores import stores
from tre.airlock.ports import CheckInputs, CheckResult
from tre.airlock.request import Request
from tre.airlock.submit import SubmissionDetails
from tre.app import Tre
from tre.audit.events import Action, Event
from tre.core import clock, digest
from tre.core.people import Person, Role
from tre.projects.project import Project
from tre.services.container import Container
from tre.settings import Settings

PEOPLE = {
    "ravi": ("researcher", "checker"),  # the author, who is a checker elsewhere
    "mei": ("researcher", "checker"),  # on the project, a checker elsewhere
    "chidi": ("checker",),
    "sofia": ("checker",),
    "yuki": ("checker",),
    "lea": ("lead",),
    "odo": ("data-owner",),
    "dana": ("data-manager",),
    "lapsed": ("checker",),  # whose accreditation has ended
}
CHECKERS = ("chidi", "sofia", "yuki")
SAID = SubmissionDetails("Pay by sex", "For the report", "Cells below ten are merged.")
FILES = {"one.csv": b"a,1\n", "two.csv": b"b,2\n"}


class CleanChecker:
    """The ``OutputChecker`` port, believing every file: a rebuilt form with a line of its own, no finding."""

    def __init__(self, outcome: str = "pass") -> None:
        self.outcome = outcome

    def check(self, folder: Path, inputs: CheckInputs, *, timeout_s: float) -> CheckResult:
        rows, clean = [], {}
        for path in sorted(found for found in folder.rglob("*") if found.is_file()):
            name, data = path.relative_to(folder).as_posix(), path.read_bytes()
            rows.append(file_row(name, digest.of_bytes(data), outcome=self.outcome))
            clean[name] = b"rebuilt\n" + data
        return CheckResult(report_record(*rows), clean)


class TestContainer(Container):
    """What an installation is made of, with another check."""

    __test__ = False
    checker = CleanChecker()


class Airlock(Tre):
    """One installation whose check passes everything."""

    def __init__(self, home: Path, url: str, **settings: object) -> None:
        """Open the installation; ``prepare`` makes its people once."""
        super().__init__(TestContainer(Settings.load({}, home=home, database_url=url, **settings)))

    def prepare(self) -> "Airlock":
        """Add the people."""
        now = clock.now()
        for person, roles in PEOPLE.items():
            until = now.date() + timedelta(days=-1 if person == "lapsed" else 30)
            made = Person(person, person.title(), frozenset(map(Role, roles)), until)
            stores(self).projects.save_person(
                made, Event(Action.PERSON_ADDED, "test", person, now, {"roles": list(roles)})
            )
        return self

    def project(self, *, members: tuple[str, ...] = ("ravi", "mei")) -> Project:
        """A project that sees no dataset."""
        made = Project(
            id=f"p-{secrets.token_hex(6)}",
            title="Pay",
            purpose="To see",
            columns={},
            policy=(POLICIES / "default.toml").read_text(),
            policy_digest="sha256:0",
            ends_on=clock.now().date() + timedelta(days=30),
            members=frozenset(members),
        )
        details = {"datasets": {}, "policy_digest": "sha256:0", "ends_on": made.ends_on.isoformat()}
        stores(self).projects.save_project(made, Event(Action.PROJECT_CREATED, "dana", made.id, clock.now(), details))
        return made

    def submit(self, project: Project, files: Mapping[str, bytes] = FILES) -> Request:
        """A request of ravi's, checked."""
        return self.submissions.submit("ravi", project.id, dict(files), SAID)

    def request(self, identifier: str) -> Request:
        """One request, whoever asks."""
        return stores(self).requests.request(identifier)

    def stop(self, project: str, stop: object) -> None:
        """Set or lift the stop of a project."""
        action = Action.PROJECT_STOPPED if stop else Action.PROJECT_RESUMED

        def decide(old: Project) -> tuple[Project, Event]:
            return replace(old, stop=stop), Event(action, "lea", project, clock.now(), {"reason": "x"})

        stores(self).projects.change_project(project, decide)

    def join(self, project: str, person: str) -> None:
        """Make somebody a member of a project."""

        def decide(old: Project) -> tuple[Project, Event]:
            added = Event(Action.PROJECT_MEMBER_ADDED, "dana", project, clock.now(), {"person": person})
            return replace(old, members=old.members | {person}), added

        stores(self).projects.change_project(project, decide)

    def verify(self) -> int:
        """Walk the whole log; the number of its entries."""
        from tre.audit.verify import verify

        with stores(self).database.consistent():
            return verify(stores(self).database.entries(), stores(self).database.head(), stores(self).keys.fits).entries

    def close(self) -> None:
        """Let go of the database."""
        stores(self).database.engine.dispose()
