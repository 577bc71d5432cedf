"""What the catalogue needs of the outside world."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tre.audit.events import Event
from tre.catalogue.contract import Column
from tre.catalogue.quality import Measure
from tre.core.ids import DatasetId


@dataclass(frozen=True)
class DatasetVersion:
    """A registered delivery. Identifiers and attributes lie in two files that share nothing but ``row_key``."""

    dataset: DatasetId
    version: int
    title: str
    contract_digest: str
    delivery_digest: str
    rows: int
    registered_at: str
    folder: Path
    measures: tuple[Measure, ...]

    @property
    def attributes_path(self) -> Path:
        """Parquet: ``row_key`` and every column that a project may be given."""
        return self.folder / "attributes.parquet"

    @property
    def identifiers_path(self) -> Path:
        """Parquet: ``row_key`` and the identifiers. Read by linkage alone."""
        return self.folder / "identifiers.parquet"

    @property
    def contract_path(self) -> Path:
        """The contract that this version keeps."""
        return self.folder / "contract.yaml"


@dataclass(frozen=True)
class Link:
    """Which records of two datasets are one person: a spine of person keys, and how good it is."""

    id: str
    datasets: tuple[DatasetId, ...]
    versions: tuple[int, ...]
    spine_path: Path
    spine_digest: str
    quality: dict[str, float]
    made_at: str


@dataclass(frozen=True)
class Pair:
    """Two records held to be one person, with the probability that they are."""

    left_key: str
    right_key: str
    probability: float


class DatasetStore(Protocol):
    """Where dataset versions are registered."""

    def add_version(self, version: DatasetVersion, event: Event) -> None:
        """Register a version; its number must be the next one."""

    def note(self, event: Event) -> None:
        """Write an event that registers nothing, such as a refused delivery."""

    def version(self, dataset: DatasetId, number: int | None = None) -> DatasetVersion:
        """One version, the newest unless a number is given. Raises NotFound."""

    def versions(self) -> Sequence[DatasetVersion]:
        """Every version of every dataset, in order."""


class LinkStore(Protocol):
    """Where links are registered."""

    def add_link(self, link: Link, event: Event) -> None:
        """Register a link."""

    def link_of(self, datasets: Sequence[DatasetId]) -> Link:
        """The newest link that covers all these datasets. Raises NotFound."""

    def links(self) -> Sequence[Link]:
        """Every link, in order."""


class RecordLinker(Protocol):
    """Finds the records of one person in two files of identifiers."""

    def match(self, left: Path, right: Path, shared: Sequence[Column]) -> Sequence[Pair]:
        """Pairs, at most one for each record of either side.

        Args:
            left, right: Parquet with ``row_key`` and the columns named by ``shared``.
            shared: the identifiers that both sides have, with their semantic types.
        """
