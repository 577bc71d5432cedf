"""Fixtures that many tests share: an installation in a folder of its own, with people; and what is slow to start."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import TracebackType

import pytest
from argon2 import PasswordHasher
from hypothesis import settings as hypothesis_settings
from xdist.remote import Producer

from disclosure_control.checking import check
from disclosure_control.checking.worker import Worker
from tests import once
from tests.hub import Hub, own_hub
from tests.scheduling import Modules, place
from tre.adapters import passwords
from tre.app import Tre
from tre.core import clock
from tre.settings import Settings

# A test tells what is right, never how long a busy machine took.
hypothesis_settings.register_profile("no deadline", deadline=None)
hypothesis_settings.load_profile("no deadline")

CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: wages
name: Wages
version: 1.0.0
status: active
domain: Department for Work
description: {purpose: Pay of people in work.}
customProperties:
  - {property: conditionsOfUse, value: [Groups of fewer than 10 people are not published.]}
schema:
  - name: wages
    quality: [{metric: rowCount, mustBeGreaterOrEqualTo: 3}]
    properties:
      - {name: ref, logicalType: string, classification: identifier, primaryKey: true, required: true}
      - {name: surname, logicalType: string, classification: identifier, semanticType: surname}
      - {name: born, logicalType: date, classification: identifier, semanticType: date-of-birth}
      - {name: sex, logicalType: string, classification: attribute, required: true, enum: [{value: f}, {value: m}]}
      - {name: pay, logicalType: number, classification: sensitive, logicalTypeOptions: {minimum: 0, maximum: 1000}}
      - {name: district, logicalType: string, classification: attribute, logicalTypeOptions: {pattern: '[A-Z]{2}'}}
"""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow modules first, otherwise in the order that they were given."""
    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Modules | None:
    """Modules of independent tests are given out test by test."""
    return Modules(config, log) if config.getvalue("dist") == "loadscope" else None


def delivery(rows: int = 40) -> str:
    """A delivery that keeps CONTRACT, as CSV."""
    lines = []
    for n in range(rows):
        sex, district = "fm"[n % 2], "NESW"[n % 3 if n % 20 else 3]
        lines.append(f"R{n},Surname{n % 7},19{50 + n % 40}-02-03,{sex},{10 + n * 0.5},{'N' + district}")
    return "ref,surname,born,sex,pay,district\n" + "\n".join(lines) + "\n"


@pytest.fixture(scope="session", autouse=True)
def _share(tmp_path_factory: pytest.TempPathFactory) -> None:
    once.share(tmp_path_factory)


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hashes of the least cost in this process: tests/unit/tre/adapters/test_passwords.py reads the real one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load({}, home=tmp_path / "home")


@pytest.fixture
def app(settings: Settings) -> Tre:
    """An empty installation with an operator, a data manager, two researchers and two checkers, all accredited."""
    opened = Tre.open(settings)
    until = clock.now().date() + timedelta(days=30)
    people = {
        "olga": "operator",
        "dana": "data-manager",
        "ravi": "researcher",
        "mei": "researcher",
        "chidi": "checker",
        "sofia": "checker",
    }
    for person, role in people.items():
        opened.people.add("setup" if person == "olga" else "olga", person, name=person.title(), roles=[role])
        opened.people.accredit("olga", person, until)
    return opened


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    path = tmp_path / "wages.yaml"
    path.write_text(CONTRACT)
    return path


@pytest.fixture
def wages(app: Tre, contract: Path, tmp_path: Path) -> Tre:
    """The installation with one dataset registered."""
    path = tmp_path / "wages.csv"
    path.write_text(delivery())
    app.ingest("dana", contract, path)
    return app


@pytest.fixture
def in_a_month() -> date:
    return clock.now().date() + timedelta(days=30)


@pytest.fixture(scope="session")
def shared_hub() -> Iterator[Hub]:
    """A hub that takes ten seconds to start, for every module that leaves an installation as it was."""
    with own_hub() as running:
        yield running


@pytest.fixture(scope="module")
def hub(shared_hub: Hub) -> Iterator[Hub]:
    """The shared hub, with no workspace open. A module that changes more has a fixture of this name with its own."""
    yield shared_hub
    shared_hub.close_workspaces()


class KeptWorker(Worker):
    """A worker that goes on after the check that used it; after a crash it is another, as in every worker."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def end(self) -> None:
        super().__exit__(None, None, None)


@pytest.fixture(scope="module")
def kept_worker() -> Iterator[Worker]:
    running = KeptWorker()
    yield running
    running.end()


@pytest.fixture
def one_worker(kept_worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checks that a module's tests make in this process share a worker, which takes seconds to start."""
    monkeypatch.setattr(check, "Worker", lambda: kept_worker)
