"""Stages 1 and 2: what data there is. Deliveries are registered, people's records linked, versions read back."""

from collections.abc import Sequence
from pathlib import Path

from tre.catalogue.contract import Contract, read_contract
from tre.catalogue.ingest import ingest
from tre.catalogue.link import link
from tre.catalogue.ports import DatasetVersion, Link
from tre.core import clock
from tre.core.ids import DatasetId
from tre.core.people import Role, check_person_has_role
from tre.services.container import Container
from tre.services.people import PeopleService


class CatalogueService:
    """Datasets, their versions with their quality, and the links between them."""

    def __init__(self, people: PeopleService, container: Container) -> None:
        """Work on one installation."""
        self._people = people
        self._container = container

    def ingest(self, actor: str, contract: Path, delivery: Path) -> DatasetVersion:
        """Check a delivery against its contract and register it as the dataset's next version, or refuse it.

        Args:
            actor: who does this, a data manager.
            contract: the dataset's contract, a YAML file.
            delivery: what the supplier handed in, CSV or Parquet.

        Returns:
            The version that was registered, with what was measured of its quality.

        Raises:
            BadInput: the contract cannot be used, or the delivery breaks it.
            NotAllowed: the actor is no data manager.
            NotFound: there is no such actor.
        """
        self._check_data_manager(actor)
        folder = self._container.folder("datasets")
        return ingest(contract, delivery, self._container.catalogue, datasets=folder, actor=actor, now=clock.now())

    def link(self, actor: str, left: str, right: str, truth: Path | None = None) -> Link:
        """Find the records of one person in the newest versions of two datasets.

        Args:
            actor: who does this, a data manager.
            left: a dataset.
            right: another.
            truth: the keys of every true pair, a CSV file, to measure the link by; the linker never sees it.

        Returns:
            The link with its quality.

        Raises:
            BadInput: the datasets cannot be linked, or the truth cannot be read.
            NotAllowed: the actor is no data manager.
            NotFound: there is no such actor or dataset.
        """
        from tre.adapters.splink_linker import SplinkLinker  # noqa: PLC0415 - slow to import, used by this step alone

        self._check_data_manager(actor)
        return link(
            self.version(left),
            self.version(right),
            SplinkLinker(),
            self._container.catalogue,
            links=self._container.folder("links"),
            actor=actor,
            now=clock.now(),
            truth=truth,
        )

    def versions(self) -> Sequence[DatasetVersion]:
        """Every version of every dataset.

        Returns:
            Them, as they were registered.
        """
        return self._container.catalogue.versions()

    def version(self, dataset: str, version: int | None = None) -> DatasetVersion:
        """One version of a dataset, with what was measured of its quality.

        Args:
            dataset: its id.
            version: which; the newest unless given.

        Returns:
            The version.

        Raises:
            NotFound: there is no such dataset or version.
        """
        return self._container.catalogue.version(DatasetId(dataset), version)

    def contract(self, dataset: str, version: int | None = None) -> Contract:
        """The contract that a version of a dataset keeps.

        Args:
            dataset: its id.
            version: which; the newest unless given.

        Returns:
            The contract.

        Raises:
            NotFound: there is no such dataset or version.
            BadInput: the contract is none, though it was one when it was registered.
        """
        return read_contract(self.version(dataset, version).contract_path.read_text("utf-8"))

    def links(self) -> Sequence[Link]:
        """Every link between datasets.

        Returns:
            Them, as they were made.
        """
        return self._container.catalogue.links()

    def _check_data_manager(self, actor: str) -> None:
        check_person_has_role(self._people.get(actor), Role.DATA_MANAGER)
