"""What an installation is made of, each adapter made when first needed. Private to the services and ``app``."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from tre.adapters.collector import SafeCollector
from tre.adapters.database.database import Database
from tre.adapters.database.stores import (
    CatalogueDatabase,
    EgressDatabase,
    ProjectsDatabase,
    RequestsDatabase,
    RunsDatabase,
)
from tre.adapters.keys import Keys
from tre.adapters.papermill_runner import PapermillRunner
from tre.adapters.release_packages import FolderPackages
from tre.adapters.release_store import FsspecReleases
from tre.adapters.sandboxed_checker import SandboxedChecker
from tre.adapters.vault import FolderVault
from tre.catalogue.contract import Contract, read_contract
from tre.catalogue.ports import DatasetVersion
from tre.core import digest
from tre.core.errors import BadInput, IntegrityError
from tre.core.ids import PersonId, ProjectId
from tre.projects.project import Project
from tre.projects.workspace import Limits, Workspace, workspace
from tre.settings import Settings


class Container:
    """Adapters over one home folder and one database."""

    def __init__(self, settings: Settings) -> None:
        """Prepare the home folder; nothing else is opened yet."""
        self.settings = settings
        settings.home.mkdir(parents=True, exist_ok=True, mode=0o711)
        self.keys = Keys(settings.home / "secrets")

    @cached_property
    def database(self) -> Database:
        """The migrated database."""
        return Database(self.settings.database, self.keys.sign)

    @cached_property
    def catalogue(self) -> CatalogueDatabase:
        """Datasets and links."""
        return CatalogueDatabase(self.database)

    @cached_property
    def projects(self) -> ProjectsDatabase:
        """People and projects."""
        return ProjectsDatabase(self.database, frozenset(self.settings.training_needed))

    @cached_property
    def egress(self) -> EgressDatabase:
        """How much people's browsers have been shown."""
        return EgressDatabase(self.database)

    @cached_property
    def runs(self) -> RunsDatabase:
        """Runs."""
        return RunsDatabase(self.database)

    @cached_property
    def requests(self) -> RequestsDatabase:
        """Requests."""
        return RequestsDatabase(self.database)

    @cached_property
    def vault(self) -> FolderVault:
        """Submitted and rebuilt files, by digest."""
        return FolderVault(self.settings.home / "vault")

    @cached_property
    def packages(self) -> FolderPackages:
        """Release packages."""
        return FolderPackages(self.settings.home / "releases")

    @cached_property
    def release_store(self) -> FsspecReleases:
        """Where released packages are pushed to. Raises BadInput when nowhere was set."""
        if not self.settings.release_store:
            raise BadInput("There is no store to push releases to.", hint="Set TRE_RELEASE_STORE.")
        return FsspecReleases(self.settings.release_store)

    @cached_property
    def collector(self) -> SafeCollector:
        """Takes files out of researchers' folders."""
        return SafeCollector(self.settings.max_request_files, self.settings.max_request_bytes)

    @cached_property
    def runner(self) -> PapermillRunner:
        """Executes notebooks."""
        return PapermillRunner(self.collector)

    @cached_property
    def checker(self) -> SandboxedChecker:
        """Checks outputs."""
        return SandboxedChecker(self.settings.home / "checks")

    @property
    def limits(self) -> Limits:
        """What one workspace or run may use."""
        return Limits(home_bytes=self.settings.max_home_bytes)

    def folder(self, name: str) -> Path:
        """A folder of the home, made if need be."""
        path = self.settings.home / name
        path.mkdir(parents=True, exist_ok=True, mode=0o711)
        return path

    def home(self, person: PersonId, project: ProjectId) -> Path:
        """The home of one person in one project, made if need be."""
        return self.folder(f"homes/{person}/{project}")

    def numbers(self, project: ProjectId) -> Path:
        """The numbers of the people of a project's view, by which outputs of several projects are compared."""
        return self.folder("projects") / project / "numbers.parquet"

    def view_folder(self, project: ProjectId) -> Path:
        """Where a project's view lies."""
        return self.folder("projects") / project / "view"

    def packages_folder(self, project: ProjectId) -> Path:
        """Where packages lie that were installed for a project."""
        return self.folder("projects") / project / "packages"

    def workspace_of(self, person: PersonId, project: ProjectId, home: Path) -> Workspace:
        """The workspace of one person in one project, with that project's view and packages."""
        packages = self.packages_folder(project)
        return workspace(
            project,
            person,
            view=self.view_folder(project),
            home=home,
            limits=self.limits,
            packages=packages if packages.is_dir() else None,
        )

    def contracts(self, versions: Iterable[DatasetVersion]) -> list[tuple[int, Contract]]:
        """The contract that each of these versions keeps, with the version's number."""
        return [(version.version, read_contract(version.contract_path.read_text("utf-8"))) for version in versions]

    def views(self, project: Project) -> dict[str, Path]:
        """A project's view files by dataset, after each was compared with what was recorded when it was made.

        Raises:
            IntegrityError: a file is missing or was changed.
        """
        files = {}
        for dataset, sha256 in (project.view_digests or {}).items():
            path = self.view_folder(project.id) / f"{dataset}.parquet"
            if not path.is_file() or digest.of_file(path) != sha256:
                raise IntegrityError(f"The view of '{dataset}' in project '{project.id}' is not as it was made.")
            files[str(dataset)] = path
        return files
