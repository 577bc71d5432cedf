"""The session's record ``results.json``: which files an output has, and where its evidence lies.

It is written in the shape of ACRO 1.0's file of that name, with the key ``evidence`` beside it, and read as a
stranger's: only plain file names are taken from it, and only inside its own folder.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from disclosure_control.core.errors import BadEvidence

FILE_NAME: Final = "results.json"
EVIDENCE_FOLDER: Final = "evidence"
CHECKSUMS_FOLDER: Final = "checksums"  # for ACRO's viewers; nothing here reads it
RECORD_FOLDERS: Final = (EVIDENCE_FOLDER, CHECKSUMS_FOLDER)
FORMAT_VERSION: Final = 1
MAX_BYTES: Final = 5_000_000
_MAX_OUTPUTS: Final = 500
_MAX_FILES: Final = 50
_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,150}")


@dataclass(frozen=True)
class Entry:
    """One output of a session: its name, its files, and whether it says that it has evidence."""

    name: str
    files: tuple[str, ...]
    has_evidence: bool
    comments: tuple[str, ...]


def query_path(name: str) -> str:
    """Where the query and cells of an output lie."""
    return f"{EVIDENCE_FOLDER}/{name}.json"


def frame_path(name: str) -> str:
    """Where the kept frame of an output lies."""
    return f"{EVIDENCE_FOLDER}/{name}.parquet"


def is_plain_name(name: object) -> bool:
    """Whether a name is that of a file in the same folder and nothing else."""
    return isinstance(name, str) and _PLAIN.fullmatch(name) is not None and ".." not in name


def load_json(content: bytes) -> object:
    """Parse JSON that may be anybody's.

    Raises:
        BadEvidence: it is not JSON, too deep, or holds a key twice.
    """
    try:
        return json.loads(content, object_pairs_hook=_no_repeats)
    except (ValueError, RecursionError) as error:
        raise BadEvidence("A record of the session is not readable JSON.") from error


def read_manifest(content: bytes) -> list[Entry]:
    """The outputs that a record lists.

    Raises:
        BadEvidence: the record does not have the form that ``Outputs`` writes.
    """
    document = load_json(content) if len(content) <= MAX_BYTES else None
    results = document.get("results") if isinstance(document, Mapping) else None
    if not isinstance(results, Mapping) or len(results) > _MAX_OUTPUTS:
        raise BadEvidence(f"{FILE_NAME} does not list its results, or lists too many.")
    entries = [_entry(name, result) for name, result in results.items()]
    claimed = [file for entry in entries for file in entry.files]
    if len(set(claimed)) != len(claimed):
        raise BadEvidence(f"{FILE_NAME} gives one file to two outputs.")
    return entries


def _entry(name: object, result: object) -> Entry:
    if not isinstance(name, str) or not is_plain_name(name) or not isinstance(result, Mapping):
        raise BadEvidence(f"{FILE_NAME} holds an output whose name or form is not plain.")
    files, comments = _list(result.get("files")), _list(result.get("comments", []))
    names = [file.get("name") if isinstance(file, Mapping) else None for file in files]
    if not all(is_plain_name(file) for file in names):
        raise BadEvidence(f"{FILE_NAME} names a file of {name} that is not plain.")
    return Entry(
        name=name,
        files=tuple(str(file) for file in names),
        has_evidence=result.get("evidence") is not None,
        comments=tuple(str(comment) for comment in comments),
    )


def _list(value: object) -> list[object]:
    if not isinstance(value, list) or len(value) > _MAX_FILES:
        raise BadEvidence(f"{FILE_NAME} does not list the files or comments of an output, or lists too many.")
    return value


def _no_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise ValueError("a key stands twice")
    return mapping
