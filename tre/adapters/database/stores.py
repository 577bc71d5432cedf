"""The stores of the stages, one class a stage. They decide nothing: a method is a read, or one write with its event."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError as RowExists

from tre.adapters.database.database import Database
from tre.adapters.database.documents import T, from_document, put, to_document
from tre.adapters.database.summaries import Summaries
from tre.adapters.database.tables import DATASET_VERSION, LINK, PERSON, PROJECT, REQUEST, RUN, SHOWN_IN_DAY
from tre.airlock.ports import Decide
from tre.airlock.queue import Summary, summary
from tre.airlock.request import Request
from tre.airlock.states import State
from tre.audit.events import Event
from tre.catalogue.ports import DatasetVersion, Link
from tre.core.errors import BadInput, NotFound
from tre.core.ids import DatasetId, PersonId, ProjectId, RequestId, RunId
from tre.core.people import Person
from tre.projects.egress import NOTED, DailyEgress, Level
from tre.projects.project import Project
from tre.runs.manifest import Run


class _Store:
    def __init__(self, database: Database) -> None:
        self._database = database

    def _note(self, event: Event) -> None:
        with self._database.writing() as (_, note):
            note(event)

    def _record(self, kind: type[T], table: Table, key: str, noun: str) -> T:
        with self._database.reading() as connection:
            row = connection.execute(select(table).where(table.c.id == key)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"There is no {noun} '{key[:63]}'.")
        return from_document(kind, row)

    def _all(self, kind: type[T], table: Table, *order: str) -> list[T]:
        with self._database.reading() as connection:
            rows = connection.execute(select(table).order_by(*(table.c[name] for name in order))).mappings().all()
        return [from_document(kind, row) for row in rows]


class CatalogueDatabase(_Store):
    """The ``DatasetStore`` and ``LinkStore`` ports."""

    def add_version(self, version: DatasetVersion, event: Event) -> None:
        """Register a version; two at once cannot get the same number."""
        keys = {"dataset": version.dataset, "version": version.version}
        try:
            with self._database.writing() as (connection, note):
                connection.execute(insert(DATASET_VERSION), {**keys, "document": to_document(version)})
                note(event)
        except RowExists:
            raise BadInput(f"Version {version.version} of '{version.dataset}' was registered meanwhile.") from None

    def note(self, event: Event) -> None:
        """Write an event that registers nothing."""
        self._note(event)

    def version(self, dataset: DatasetId, number: int | None = None) -> DatasetVersion:
        """One version, the newest unless a number is given."""
        rows = [item for item in self.versions() if item.dataset == dataset and number in {None, item.version}]
        if not rows:
            raise NotFound(f"There is no dataset '{dataset[:63]}'" + (f" in version {number}." if number else "."))
        return rows[-1]

    def versions(self) -> Sequence[DatasetVersion]:
        """Every version of every dataset."""
        return self._all(DatasetVersion, DATASET_VERSION, "dataset", "version")

    def add_link(self, link: Link, event: Event) -> None:
        """Register a link."""
        with self._database.writing() as (connection, note):
            put(connection, LINK, link, {"id": link.id}, made_at=link.made_at)
            note(event)

    def link_of(self, datasets: Sequence[DatasetId]) -> Link:
        """The newest link that covers all these datasets."""
        links = [link for link in self.links() if set(datasets) <= set(link.datasets)]
        if not links:
            raise NotFound(f"The datasets {', '.join(datasets)} are not linked.", hint="Use 'tre link run'.")
        return links[-1]

    def links(self) -> Sequence[Link]:
        """Every link, oldest first."""
        return self._all(Link, LINK, "made_at", "id")


class ProjectsDatabase(_Store):
    """The ``PeopleStore`` and ``ProjectStore`` ports. ``courses`` are those that every project asks for."""

    def __init__(self, database: Database, courses: frozenset[str] = frozenset()) -> None:
        super().__init__(database)
        self._courses = courses

    def save_person(self, person: Person, event: Event, *, password_hash: str | None = None) -> None:
        """Add or change a person."""
        stored_hash = password_hash or self.password_hash(person.id)
        with self._database.writing() as (connection, note):
            put(connection, PERSON, person, {"id": person.id}, password_hash=stored_hash)
            note(event)

    def person(self, person: PersonId) -> Person:
        """One person."""
        return self._record(Person, PERSON, person, "person")

    def people(self) -> Sequence[Person]:
        """Everybody."""
        return self._all(Person, PERSON, "id")

    def password_hash(self, person: PersonId) -> str | None:
        """The stored hash of a password."""
        with self._database.reading() as connection:
            return connection.execute(select(PERSON.c.password_hash).where(PERSON.c.id == person)).scalar_one_or_none()

    def save_project(self, project: Project, event: Event) -> None:
        """Add or change a project."""
        with self._database.writing() as (connection, note):
            stored = replace(project, training_everywhere=frozenset())
            put(connection, PROJECT, stored, {"id": project.id}, state=project.state.value)
            note(event)

    def change_project(self, project: ProjectId, decide: Callable[[Project], tuple[Project, Event]]) -> Project:
        """Change a project in one transaction; nothing is written when ``decide`` raises."""
        with self._database.writing() as (connection, note):
            changed, event = decide(self.project(project))
            stored = replace(changed, training_everywhere=frozenset())
            put(connection, PROJECT, stored, {"id": project}, state=changed.state.value)
            note(event)
        return changed

    def note_project(self, event: Event) -> None:
        """Write an event that changes no project."""
        self._note(event)

    def project(self, project: ProjectId) -> Project:
        """One project."""
        return replace(self._record(Project, PROJECT, project, "project"), training_everywhere=self._courses)

    def projects(self) -> Sequence[Project]:
        """Every project."""
        return [replace(item, training_everywhere=self._courses) for item in self._all(Project, PROJECT, "id")]


class EgressDatabase(_Store):
    """The ``ShownStore`` port."""

    def add_shown(
        self, person: PersonId, day: date, size_bytes: int, events: Callable[[DailyEgress], Sequence[Event]]
    ) -> DailyEgress:
        """Add to a person's day, and write the events that follow from the new sum, in one transaction."""
        conditions = (SHOWN_IN_DAY.c.person == person, SHOWN_IN_DAY.c.day == day.isoformat())
        with self._database.counting() as (connection, note):
            row = connection.execute(select(SHOWN_IN_DAY).where(*conditions)).mappings().one_or_none()
            shown_bytes, noted = (row["shown_bytes"], Level(row["noted"])) if row else (0, Level.FREE)
            egress = DailyEgress(person, day, shown_bytes + size_bytes, noted)
            for event in events(egress):
                note(event)
                egress = replace(egress, noted=NOTED[event.action])
            values = {"shown_bytes": egress.shown_bytes, "noted": int(egress.noted)}
            connection.execute(delete(SHOWN_IN_DAY).where(*conditions))
            connection.execute(insert(SHOWN_IN_DAY), {"person": person, "day": day.isoformat(), **values})
        return egress


class RunsDatabase(_Store):
    """The ``RunStore`` port."""

    def save_run(self, run: Run, event: Event) -> None:
        """Add or change a run."""
        with self._database.writing() as (connection, note):
            put(connection, RUN, run, {"id": run.id}, project=run.project, started_at=run.started_at)
            note(event)

    def run(self, run: RunId) -> Run:
        """One run."""
        return self._record(Run, RUN, run, "run")

    def runs(self) -> Sequence[Run]:
        """Every run, oldest first."""
        return self._all(Run, RUN, "started_at", "id")


class RequestsDatabase(_Store):
    """The ``RequestStore`` port."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._summaries = Summaries(database)

    def add_request(self, request: Request, event: Event) -> None:
        """Register a new request."""
        with self._database.writing() as (connection, note):
            connection.execute(insert(REQUEST), _row(request))
            note(event)

    def change_request(self, request: RequestId, decide: Decide) -> Request:
        """Change a request in one transaction; nothing is written when ``decide`` raises."""
        with self._database.writing() as (connection, note):
            row = connection.execute(select(REQUEST).where(REQUEST.c.id == request)).mappings().one_or_none()
            if row is None:
                raise NotFound(f"There is no request '{request[:63]}'.")
            changed, event = decide(from_document(Request, row))
            changed = replace(changed, id=request)
            connection.execute(update(REQUEST).where(REQUEST.c.id == request).values(**_row(changed)))
            note(event)
        return changed

    def note_request(self, event: Event) -> None:
        """Write an event that changes no request."""
        self._note(event)

    def request(self, request: RequestId) -> Request:
        """One request."""
        return self._record(Request, REQUEST, request, "request")

    def requests(self, projects: Collection[ProjectId] | None = None) -> Sequence[Request]:
        """Every request, or those of some projects, oldest first."""
        query = select(REQUEST.c.document).order_by(REQUEST.c.submitted_at, REQUEST.c.id)
        if projects is not None:
            query = query.where(REQUEST.c.project.in_(sorted(projects)))
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [from_document(Request, row) for row in rows]

    def summaries(self, states: Collection[State] | None = None) -> Sequence[Summary]:
        """What lists show of every request, or of those in some states, oldest first; no document is read."""
        summaries = self._summaries.all()
        return summaries if states is None else [summary for summary in summaries if summary.state in states]


def _row(request: Request) -> dict[str, object]:
    return {
        "id": request.id,
        "project": request.project,
        "author": request.author,
        "state": request.state.value,
        "submitted_at": request.submitted_at,
        "document": to_document(request),
        "summary": to_document(summary(request)),
    }
