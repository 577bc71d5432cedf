"""What the check and its limited worker say to each other: a type for each task, and one for each answer.

Both sides read with ``core.decoder``: an unknown key, a missing one or a value of another type is no message. The
worker reads strangers' files and may be taken over by one, so that its answers are read as strictly as its requests.
"""

from typing import ClassVar, Generic, TypeVar

from msgspec import Struct

from disclosure_control.core.content import Part, Text
from disclosure_control.core.decoder import decode
from disclosure_control.core.finding import Finding
from disclosure_control.evidence.manifest import FILE_NAME, RECORD_FOLDERS, is_plain_name

A = TypeVar("A", bound="Answer")
Thresholds = dict[str, object]  # of a policy, by name


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """What a task gives."""


class Request(Struct, Generic[A], frozen=True, forbid_unknown_fields=True, tag_field="task"):
    """A task, with the paths of what it reads; ``answer`` is what it is answered with."""

    answer: ClassVar[type[Answer]]


class Examined(Answer, frozen=True):
    """What a file without evidence holds; ``clean`` is its rebuilt form, where it has one."""

    media_type: str
    findings: list[Finding]
    texts: list[Text]
    clean: bytes | None = None


class Examine(Request[Examined], frozen=True, tag="examine"):
    """Read one file that has no evidence; ``views`` and ``unit`` are what it is compared with."""

    answer: ClassVar[type[Answer]] = Examined
    path: str
    name: str
    policy: Thresholds
    views: dict[str, str]
    unit: str


class Verified(Answer, frozen=True):
    """What one output's evidence gives when it is computed again.

    Attributes:
        statbarn: the kind of statistic.
        agrees: whether the files are what the evidence gives.
        findings: what is said of all its files.
        by_file: what is said of each.
        clean: the files as they were made again.
        texts: its labels.
        fingerprint: whose output it is.
    """

    statbarn: str
    agrees: bool
    findings: list[Finding]
    by_file: dict[str, list[Finding]]
    clean: dict[str, bytes]
    texts: list[Text]
    fingerprint: bytes


class Verify(Request[Verified], frozen=True, tag="verify"):
    """Verify one output against its evidence: a claim, the frame that it was made from, and its files."""

    answer: ClassVar[type[Answer]] = Verified
    name: str
    claim: str
    frame: str
    files: dict[str, str]
    policy: Thresholds
    views: dict[str, str]
    unit: str
    numbers: str | None = None


class Compared(Answer, frozen=True):
    """What each new output gives away together with others."""

    findings: dict[str, list[Finding]]


class PriorOutputFile(Struct, frozen=True, forbid_unknown_fields=True):
    """An output that was released before: its name, the file of what it tells, and whether another project's."""

    name: str
    path: str
    foreign: bool = False


class Compare(Request[Compared], frozen=True, tag="compare"):
    """Compare outputs, the files of what they tell by name, with each other and with earlier ones."""

    answer: ClassVar[type[Answer]] = Compared
    new: dict[str, str]
    earlier: list[PriorOutputFile]
    policy: Thresholds


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """One output in the session's record."""

    name: str
    files: list[str]
    has_evidence: bool
    comments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse names that lead anywhere else: ValueError. The worker read them in a stranger's file."""
        reserved = (FILE_NAME, *RECORD_FOLDERS)
        if not all(is_plain_name(name) and name not in reserved for name in (self.name, *self.files)):
            raise ValueError("a name in the record is not plain")


class Manifest(Answer, frozen=True):
    """The outputs that the session's record lists, and what is said of it."""

    entries: list[Entry]
    findings: list[Finding]


class ReadManifest(Request[Manifest], frozen=True, tag="manifest"):
    """Read the session's record."""

    answer: ClassVar[type[Answer]] = Manifest
    path: str


class Preview(Answer, frozen=True):
    """The parts of a rebuilt file; None where they cannot be told."""

    parts: list[Part] | None


class ReadPreview(Request[Preview], frozen=True, tag="seen"):
    """Tell what a person sees of a rebuilt file."""

    answer: ClassVar[type[Answer]] = Preview
    path: str
    media_type: str


Task = Examine | Verify | Compare | ReadManifest | ReadPreview


def decode_task(content: bytes) -> Task:
    """A task from its JSON.

    Raises:
        BadMessage: it is none.
    """
    task: Task = decode(content, Task)  # type: ignore[arg-type]
    return task
