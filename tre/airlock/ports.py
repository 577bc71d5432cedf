"""What the airlock needs of the outside world."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from disclosure_control.core.report_record import ReportRecord
from tre.airlock.prior_outputs import PriorOutput
from tre.airlock.queue import Summary
from tre.airlock.request import Request
from tre.airlock.states import State
from tre.audit.events import Event
from tre.core.ids import ProjectId, ReleaseId, RequestId

Decide = Callable[[Request], tuple[Request, Event]]


class RequestStore(Protocol):
    """Where requests are registered. ``change_request`` is one transaction: no two changes interleave."""

    def add_request(self, request: Request, event: Event) -> None:
        """Register a new request."""

    def change_request(self, request: RequestId, decide: Decide) -> Request:
        """Read a request, let ``decide`` say what it becomes, and write that with its event, or nothing at all."""

    def note_request(self, event: Event) -> None:
        """Write an event that changes no request, such as a file that was looked at."""

    def request(self, request: RequestId) -> Request:
        """One request. Raises NotFound."""

    def requests(self, projects: Collection[ProjectId] | None = None) -> Sequence[Request]:
        """Every request, or those of some projects, oldest first."""

    def summaries(self, states: Collection[State] | None = None) -> Sequence[Summary]:
        """What lists show of every request, or of those in some states, oldest first."""


class Vault(Protocol):
    """Files by their SHA-256; what was put in is what comes out, or an IntegrityError."""

    def put(self, data: bytes) -> str:
        """Keep these bytes and return their digest."""

    def get(self, digest: str) -> bytes:
        """The bytes of this digest. Raises NotFound or IntegrityError."""


class Collector(Protocol):
    """Copies a folder out of a place that an adversary can write to."""

    def collect(self, home: Path, folder: str, destination: Path) -> Sequence[str]:
        """Copy the regular files of ``home/folder`` and return their relative names.

        Raises BadInput for links, special files, odd names, too many files or too many bytes.
        """


@dataclass(frozen=True)
class CheckResult:
    """What a check found.

    Attributes:
        report: what it says; None where it gave none that can be used.
        clean: the rebuilt bytes of each file that could be released.
        fingerprints: whose output each file is, as far as it is known.
    """

    report: ReportRecord | None
    clean: Mapping[str, bytes]
    fingerprints: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckInputs:
    """What a check needs beside the files.

    Attributes:
        policy: the text of the policy's file.
        views: the project's views, by dataset.
        numbers: the file that numbers the people of the views alike in every project; None when there is none.
        earlier: outputs to compare with, and the bytes of their fingerprints.
    """

    policy: str
    views: Mapping[str, Path]
    numbers: Path | None = None
    earlier: Sequence[tuple[PriorOutput, bytes]] = ()


class OutputChecker(Protocol):
    """Runs disclosure control on a folder of hostile files, in a place where they can do no harm."""

    def check(self, folder: Path, inputs: CheckInputs, *, timeout_s: float) -> CheckResult:
        """Check every file.

        Never raises for what is in the files: a check that breaks is reported as FAIL.
        """


class PackageStore(Protocol):
    """Where release packages are written, whole or not at all."""

    def write_package(self, release: ReleaseId, files: Mapping[str, bytes]) -> Path:
        """Write a package's files by relative name; replaces one that was left unfinished."""

    def read_package(self, path: Path) -> Mapping[str, bytes]:
        """Every file of a package by relative name. Raises NotFound, or BadInput for links and special files."""

    def package_path(self, release: ReleaseId) -> Path:
        """Where a package lies. Raises NotFound."""


class ReleaseStore(Protocol):
    """Where released packages are pushed to."""

    address: str

    def put_package(self, release: ReleaseId, files: Mapping[str, bytes]) -> str:
        """Write a package whole and return its address. Raises Unavailable, IntegrityError."""


class Signer(Protocol):
    """This environment's Ed25519 key, and one that nobody outside has."""

    def sign(self, data: bytes) -> str:
        """The signature as 128 lower-case hexadecimal digits."""

    def commit(self, text: str) -> str:
        """What this text becomes under a secret key: tells nothing of it, and can be made again here alone."""

    def public_key(self) -> str:
        """The public key as PEM text."""
