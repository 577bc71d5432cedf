"""The demo's journey, step by step, through the same methods that everyone else calls."""

import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final

from disclosure_control.core.outcome import Outcome
from tre.airlock.request import Decision, Request, RequestFile
from tre.airlock.review import Ballot
from tre.app import Tre
from tre.core import clock
from tre.core.errors import BadInput, IntegrityError, NotAllowed, TreError
from tre.demo.deliveries import Deliveries, write_deliveries
from tre.runs.manifest import RunState

CONTRACTS: Final = Path(__file__).parent / "contracts"
PROJECT: Final = "pay-and-health"
OTHER_PROJECT: Final = "visits-by-age"
TEMPLATE: Final = "pay-and-health"
PASSWORD: Final = "correct horse battery"  # noqa: S105 - the demo's people are not real; real ones choose their own
PEOPLE: Final = {
    "olga": ("Olga Petersen", ["operator"]),
    "dana": ("Dana Okafor", ["data-manager"]),
    "ravi": ("Ravi Menon", ["researcher"]),
    "mei": ("Mei Lindqvist", ["researcher"]),
    "chidi": ("Chidi Adeyemi", ["checker"]),
    "sofia": ("Sofia Marchetti", ["checker"]),
}
COLUMNS: Final = {
    "earnings": ["sex", "age", "region", "education", "pay"],
    "care": ["health", "visits", "admissions"],
}
OTHER_COLUMNS: Final = {"earnings": ["sex", "age"], "care": ["visits"]}


class DemoFailed(TreError):
    """A step of the demo did not do what it must."""


@dataclass
class Journey:
    """One run of the demo over one installation; ``tell`` prints a line."""

    app: Tre
    tell: Callable[[str], None]
    started: float = field(default_factory=time.monotonic)

    @property
    def folder(self) -> Path:
        """Where the demo keeps its deliveries, made if need be."""
        path = self.app.settings.home / "demo"
        path.mkdir(exist_ok=True, mode=0o711)
        return path

    def travel(self) -> Path:
        """Walk the whole journey; returns the verified package. Raises DemoFailed or the error of a step."""
        with self._step("deliveries") as say:
            deliveries = write_deliveries(self.folder / "deliveries")
            say("two departments' files, 5,000 records each, identities messy")
        self.people()
        self.ingest(deliveries)
        self.link(deliveries)
        self.project()
        run = self.run()
        request = self.submit(run)
        self.review(request)
        package = self.release(request)
        self.audit()
        self.tell(f"Done in {time.monotonic() - self.started:.1f} s. The release package, verified: {package}")
        return package

    def people(self) -> None:
        """Two researchers, two checkers, a data manager and an operator, as far as they are missing."""
        check_installation_is_the_demos(self.app)
        with self._step("people") as say:
            ids = {person.id for person in self.app.people.all()}
            until = clock.now().date() + timedelta(days=365)
            for person, (name, roles) in PEOPLE.items():
                if person not in ids:
                    actor = "setup" if person == "olga" else "olga"
                    self.app.people.add(actor, person, name=name, roles=roles, password=PASSWORD)
                    self.app.people.accredit("olga", person, until)
            say("2 researchers, 2 checkers, a data manager, an operator")

    def ingest(self, deliveries: Deliveries) -> None:
        """Both deliveries are registered; one that breaks its contract is refused."""
        for name, path in (("earnings", deliveries.earnings), ("care", deliveries.care)):
            with self._step("ingest") as say:
                version = self.app.ingest("dana", CONTRACTS / f"{name}.yaml", path)
                say(f"{name} version {version.version}: {version.rows:,} rows, {len(version.measures)} rules kept")
        with self._step("ingest") as say:
            try:
                self.app.ingest("dana", CONTRACTS / "care.yaml", deliveries.broken)
            except BadInput as refused:
                say(f"refused, as it must be: {refused.message}")
            else:
                raise DemoFailed("A delivery that breaks its contract was registered.")

    def link(self, deliveries: Deliveries) -> None:
        """The people of both datasets are found, without training on the truth."""
        with self._step("link") as say:
            quality = self.app.link("dana", "earnings", "care", deliveries.truth).quality
            shares = ", ".join(f"{name} {quality[name]:.4f}" for name in ("precision", "recall", "f1"))
            say(f"{quality['linked_pairs']:,.0f} pairs; against the truth: {shares}")

    def project(self) -> None:
        """A project with its view and two members, and another whose pseudonyms are its own."""
        ids = {project.id for project in self.app.projects.all()}
        ends_on = clock.now().date() + timedelta(days=180)
        with self._step("project") as say:
            for project, title, columns, members in (
                (PROJECT, "Pay, health and the use of care", COLUMNS, ("ravi", "mei")),
                (OTHER_PROJECT, "Visits to a doctor by age", OTHER_COLUMNS, ("mei",)),
            ):
                if project in ids:
                    continue
                purpose = "To see how pay and health go together, for the yearly report on work and health."
                self.app.create_project("dana", project, title=title, purpose=purpose, columns=columns, ends_on=ends_on)
                for person in members:
                    self.app.projects.add_member("dana", project, person)
            columns_seen = sum(map(len, COLUMNS.values()))
            shared = len(_pseudonyms(self.app, PROJECT) & _pseudonyms(self.app, OTHER_PROJECT))
            if shared:
                raise DemoFailed("Two projects share pseudonyms.")
            say(
                f"'{PROJECT}' sees {columns_seen} columns, no identifier; it shares no pseudonym with '{OTHER_PROJECT}'"
            )

    def run(self) -> str:
        """A template is executed in the sandbox, and writes outputs, two of which must not leave."""
        with self._step("run") as say:
            run = self.app.run("ravi", PROJECT, TEMPLATE, {"with_unsafe_outputs": True})
            if run.state is not RunState.SUCCEEDED:
                raise DemoFailed(f"The run failed. {run.why}", hint=f"Its log: runs/{run.id}/run.log")
            say(f"{run.id}: {len(run.output_digests or {})} files, no network, limits by {run.limits}")
            return run.id

    def submit(self, run: str) -> Request:
        """The outputs are checked; what the checkers see is printed."""
        context = "Tables, a model and a figure for the yearly report; they describe workers and their health."
        with self._step("check") as say:
            request = self.app.submit_run("ravi", run, title="Pay and health by region", context=context)
            counts = {outcome: sum(file.outcome is outcome for file in request.outputs) for outcome in Outcome}
            say(f"{request.id}: " + ", ".join(f"{count} {outcome.label}" for outcome, count in counts.items()))
        for file in request.outputs:
            self._show(file)
        stopped = {file.name for file in request.outputs if file.outcome is Outcome.FAIL}
        if not {"health-by-age.csv", "note.txt"} <= stopped:
            raise DemoFailed("An output that must not leave was not stopped.")
        return request

    def review(self, request: Request) -> None:
        """The author cannot decide; two checkers approve what is safe and refuse the rest."""
        with self._step("review") as say:
            try:
                self.app.review("ravi", request.id, _ballots(request))
            except NotAllowed as refused:
                say(f"the author is refused: {refused.message}")
            else:
                raise DemoFailed("An author reviewed a request of their own.")
        for checker in ("chidi", "sofia"):
            with self._step("review") as say:
                ballots = _ballots(request)
                for file in ballots:
                    if request.file(file) and (output := request.file(file)) and output.clean_digest:
                        self.app.request_files.clean_file(checker, request.id, file)
                state = self.app.review(checker, request.id, ballots).state
                approved = sum(ballot.decision is Decision.APPROVE for ballot in ballots.values())
                say(f"{checker} approves {approved}, refuses {len(ballots) - approved}; the request is now {state}")

    def release(self, request: Request) -> Path:
        """The sealed package is written and verified; a changed byte is found."""
        with self._step("release") as say:
            released = self.app.release("sofia", request.id)
            say(f"{released.id}: {len(released.files)} outputs, sealed and signed")
        with self._step("verify") as say:
            digests = self.app.releases.verify(released.path)
            say(f"every byte of {len(digests)} files fits the seal")
        with self._step("verify") as say:
            say(f"one byte changed in a copy: {_verify_changed_copy(self.app, released.path, self.folder)}")
        return released.path

    def audit(self) -> None:
        """The audit log is walked from its first entry to its signed head."""
        with self._step("audit") as say:
            result = self.app.audit_log.verify()
            say(f"{result.entries} entries, each linked to the one before; head {result.head_hash[:12]} is signed")

    def _show(self, file: RequestFile) -> None:
        outcome = Outcome.FAIL if file.outcome is None else file.outcome
        worst = max(file.findings, key=lambda finding: finding.outcome, default=None)
        place = str(worst.places.first(3)) or file.name if worst else ""
        because = f": {worst.rule}, {place}. {worst.why}" if worst and outcome else ""
        self.tell(f"           {outcome.label.upper():<6} {file.name}{because}")

    @contextmanager
    def _step(self, name: str) -> Iterator[Callable[[str], None]]:
        words: list[str] = []
        started = time.monotonic()
        yield words.append
        self.tell(f"{name:<10} {time.monotonic() - started:5.1f} s  {' '.join(words)}")


def check_installation_is_the_demos(app: Tre) -> None:
    """Raise BadInput when others than the demo's people are known: the demo's password is no secret."""
    if any(person.id not in PEOPLE for person in app.people.all()):
        raise BadInput(
            "This installation has people of its own; the demo's, whose password is known to all, are not added.",
            hint="Set TRE_HOME to another folder for the demo.",
        )


def prepare(app: Tre, tell: Callable[[str], None]) -> None:
    """The demo's people, datasets and projects, as far as they are missing, for ``tre up --demo``."""
    ids = {project.id for project in app.projects.all()}
    if {PROJECT, OTHER_PROJECT} <= ids:
        return
    journey = Journey(app, tell)
    deliveries = write_deliveries(journey.folder / "deliveries")
    journey.people()
    journey.ingest(deliveries)
    journey.link(deliveries)
    journey.project()


def _ballots(request: Request) -> dict[str, Ballot]:
    """What a careful checker says: approve what passed, refuse what failed, approve a review after a look."""
    ballots = {}
    for file in request.outputs:
        if file.outcome is Outcome.FAIL or not file.clean_digest:
            ballots[file.name] = Ballot(Decision.REFUSE, request.binding(file), "The check's findings are right.")
        else:
            reason = "" if file.outcome is Outcome.PASS else "Looked at: it shows nothing of one person."
            ballots[file.name] = Ballot(Decision.APPROVE, request.binding(file), reason)
    return ballots


def _pseudonyms(app: Tre, project: str) -> set[str]:
    import polars  # noqa: PLC0415

    folder = app.settings.home / "projects" / project / "view"
    return set(polars.read_parquet(folder / "earnings.parquet", columns=["person_id"])["person_id"])


def _verify_changed_copy(app: Tre, package: Path, folder: Path) -> str:
    """Change one byte of one file in a copy and return what verification says."""
    files = dict(app.releases.read(package))
    name = secrets.choice(sorted(files))
    place = secrets.randbelow(len(files[name]))
    changed = bytearray(files[name])
    changed[place] ^= 1
    with tempfile.TemporaryDirectory(prefix="changed-", dir=folder) as copy:
        for file_name, data in {**files, name: bytes(changed)}.items():
            path = Path(copy) / file_name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        try:
            app.releases.verify(Path(copy))
        except IntegrityError as error:
            return error.message
    raise DemoFailed(f"A changed byte in '{name}' was not found.")
