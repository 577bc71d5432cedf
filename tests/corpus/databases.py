"""Databases, bundles and other programs' data, with something deleted in them."""

import gzip
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import h5py

from tests.corpus.case import MARKER, Case, people


def leaks() -> Iterator[Case]:
    with tempfile.TemporaryDirectory() as folder:
        for name in (_sqlite, _duckdb, _bundle, _hdf5, _stata):
            path = name(Path(folder))
            yield Case(path.name, path.read_bytes(), "artefact.denied", "the whole file")
    yield Case("data.rds", gzip.compress(b"X\n\x00\x00\x00\x03" + MARKER.encode()), "artefact.denied", "the whole file")
    yield Case("data.csv.gz", gzip.compress(people().to_csv().encode()), "artefact.denied", "the whole file")
    yield Case("figure.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n" + MARKER.encode(), "artefact.denied", "the whole file")


def twins() -> Iterator[Case]:
    yield from ()


def _sqlite(folder: Path) -> Path:
    path = folder / "deleted.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE gone (who TEXT)")
        connection.execute("INSERT INTO gone VALUES (?)", (MARKER,))
        connection.execute("DROP TABLE gone")
    connection.close()
    return path


def _duckdb(folder: Path) -> Path:
    path = folder / "deleted.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE gone AS SELECT ? AS who", [MARKER])
        connection.execute("DROP TABLE gone")
    return path


def _bundle(folder: Path) -> Path:
    work = folder / "work"
    work.mkdir()
    (work / "rows.csv").write_text(MARKER)
    git = ["git", "-C", str(work), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "rows"], ["rm", "-q", "rows.csv"]):
        subprocess.run([*git, *arguments], check=True)
    subprocess.run([*git, "commit", "-qm", "gone"], check=True)
    subprocess.run([*git, "bundle", "create", "-q", str(folder / "code.bundle"), "HEAD"], check=True)
    return folder / "code.bundle"


def _hdf5(folder: Path) -> Path:
    path = folder / "deleted.h5"
    with h5py.File(path, "w") as file:
        file["gone"] = people()["pay"].to_numpy()
        del file["gone"]
        file.attrs["who"] = MARKER
    return path


def _stata(folder: Path) -> Path:
    path = folder / "records.dta"
    people().to_stata(path, write_index=False, version=118)
    return path
