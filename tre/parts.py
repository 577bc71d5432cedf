"""The parts that an installation is made of, each made when first needed. ``app`` joins them into the journey."""

from functools import cached_property
from pathlib import Path

from tre.adapters.collector import SafeCollector
from tre.adapters.database.database import Database
from tre.adapters.database.stores import (
    CatalogueDatabase,
    ProjectsDatabase,
    RequestsDatabase,
    RunsDatabase,
    ShownDatabase,
)
from tre.adapters.keys import Keys
from tre.adapters.packages import FolderPackages
from tre.adapters.papermill_runner import PapermillRunner
from tre.adapters.sandboxed_checker import SandboxedChecker
from tre.adapters.vault import FolderVault
from tre.settings import Settings


class Parts:
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
        return ProjectsDatabase(self.database)

    @cached_property
    def shown(self) -> ShownDatabase:
        """How much people's browsers have been shown."""
        return ShownDatabase(self.database)

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

    def folder(self, name: str) -> Path:
        """A folder of the home, made if need be."""
        path = self.settings.home / name
        path.mkdir(parents=True, exist_ok=True, mode=0o711)
        return path
