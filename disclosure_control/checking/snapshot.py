"""A private copy of a folder that may change or lie while it is read.

Links, devices and other things that are not plain files are named and never followed; every folder is opened by its
descriptor, so that none can be swapped for a link on the way. What is checked, hashed and rebuilt is the copy.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from disclosure_control.core.finding import Finding, make_finding

MAX_FILES: Final = 2_000
MAX_DEPTH: Final = 8
MAX_FILE_BYTES: Final = 100_000_000
MAX_FRAME_BYTES: Final = 2_000_000_000
MAX_TOTAL_BYTES: Final = 4_000_000_000
_TABLES: Final = (".parquet", ".csv", ".tsv")
_BLOCK: Final = 1 << 20
_OPEN: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


@dataclass(frozen=True)
class FileCopy:
    """One file of a snapshot: its name in the folder, the copy, and the digest of the copied bytes."""

    name: str
    path: Path
    sha256: str
    size_bytes: int


@dataclass(frozen=True)
class Snapshot:
    """The copied files, and what was not copied and why."""

    files: tuple[FileCopy, ...]
    findings: tuple[Finding, ...]


def take(source: Path, into: Path) -> Snapshot:
    """Copy a folder, or one file, into an empty private folder.

    Raises:
        OSError: the source itself cannot be opened, or is a link.
    """
    files: list[FileCopy] = []
    findings: list[Finding] = []
    total = 0
    for name, descriptor, problem in _walk(source):
        if problem is not None:
            findings.append(problem)
            continue
        try:
            limit = MAX_FRAME_BYTES if name.lower().endswith(_TABLES) else MAX_FILE_BYTES
            size = os.fstat(descriptor).st_size
            if len(files) >= MAX_FILES or size > limit or total + size > MAX_TOTAL_BYTES:
                findings.append(make_finding("artefact.too-big", _shown(name)))
                continue
            copied = _copy(name, descriptor, into / f"{len(files)}", limit)
        finally:
            os.close(descriptor)
        if copied is None:
            findings.append(make_finding("artefact.too-big", _shown(name)))
            continue
        files.append(copied)
        total += copied.size_bytes
    return Snapshot(tuple(files), tuple(findings))


def _walk(source: Path) -> Iterator[tuple[str, int, Finding | None]]:
    top = os.open(source, _OPEN)
    if stat.S_ISREG(os.fstat(top).st_mode):
        yield source.name, top, None
        return
    if not stat.S_ISDIR(os.fstat(top).st_mode):
        os.close(top)
        yield source.name, -1, make_finding("artefact.link", _shown(source.name))
        return
    try:
        yield from _walk_folder(top, "", 0)
    finally:
        os.close(top)


def _walk_folder(folder: int, prefix: str, depth: int) -> Iterator[tuple[str, int, Finding | None]]:
    for entry in sorted(os.listdir(folder)):
        name = prefix + entry
        try:
            mode = os.lstat(entry, dir_fd=folder).st_mode
            plain = stat.S_ISREG(mode) or stat.S_ISDIR(mode)
            child = os.open(entry, _OPEN, dir_fd=folder) if plain else -1
        except OSError:
            child = -1
        if child < 0:
            yield name, -1, make_finding("artefact.link", _shown(name))
        elif stat.S_ISREG(os.fstat(child).st_mode):
            yield name, child, None
        else:
            try:
                if depth >= MAX_DEPTH:
                    yield name, -1, make_finding("artefact.too-big", _shown(name), "The folders are nested too deeply.")
                else:
                    yield from _walk_folder(child, f"{name}/", depth + 1)
            finally:
                os.close(child)


def _copy(name: str, descriptor: int, target: Path, limit: int) -> FileCopy | None:
    digest = hashlib.sha256()
    size = 0
    with target.open("xb") as out:
        while block := os.read(descriptor, _BLOCK):
            size += len(block)
            if size > limit:
                break
            digest.update(block)
            out.write(block)
    if size > limit:
        target.unlink()
        return None
    return FileCopy(name, target, digest.hexdigest(), size)


def _shown(name: str) -> str:
    """A name for a report: printable, and not longer than a line."""
    return "".join(c if c.isprintable() else "?" for c in name)[:120]
