"""Frames that need not fit into memory: what an output needs of one is written to a Parquet file by its own engine.

The file is the frame that is kept as evidence, so a derived frame of Dask or Spark is computed once, in parts, and no
row of it comes back to the session.
"""

import shutil
import tempfile
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

from disclosure_control.core.errors import BadTable
from disclosure_control.core.sql import connect, parquet, quote

# A polars DataFrame or LazyFrame, a DuckDB relation, a Dask or a Spark DataFrame: they have no class in common.
LargeFrame: TypeAlias = Any
Write: TypeAlias = Callable[[LargeFrame, Sequence[str], Path], None]


def is_large(frame: object) -> bool:
    """Whether a frame is of an engine that holds more than memory does."""
    return _kind(frame) in _WRITERS


def names_of(frame: LargeFrame) -> list[str]:
    """The names of its columns; an index that has a name is one of them."""
    if _kind(frame) == ("polars", "LazyFrame"):
        return list(frame.collect_schema().names())
    index = getattr(getattr(frame, "index", None), "name", None) if _kind(frame)[0] == "dask" else None
    return [*([str(index)] if index is not None else []), *map(str, frame.columns)]


class Spool:
    """A folder for the kept frames of one session, removed with it."""

    def __init__(self) -> None:
        """Make nothing before it is needed."""
        self._folder: Path | None = None
        self._count = 0

    def keep(self, frame: LargeFrame, names: Sequence[str], unit: object) -> tuple[Path, str | None]:
        """Write some columns and the unit's to a file; its path, and the unit if the frame has it.

        Args:
            frame: as ``is_large`` knows it.
            names: the columns of the output.
            unit: the name of the column that says which person or business a row belongs to; None counts rows.

        Raises:
            BadTable: the unit is a series, or is a column of the output as well.
        """
        if unit is not None and not isinstance(unit, str):
            raise BadTable("The unit of such a frame is one of its columns.", hint='Outputs(unit="person_id")')
        if unit in names:
            raise BadTable(f"{unit!r} is both the unit and a column of the output.")
        unit_column = unit if unit in names_of(frame) else None
        if _kind(frame)[0] == "dask" and frame.index.name is not None:
            frame = frame.reset_index()
        self._count += 1
        path = self._path() / f"{self._count}.parquet"
        _WRITERS[_kind(frame)](frame, [*names, *([unit_column] if unit_column is not None else [])], path)
        return path, unit_column

    def _path(self) -> Path:
        if self._folder is None:
            # Not among temporary files: those may lie in memory.
            cache = Path.home() / ".cache" / "disclosure_control"
            cache.mkdir(parents=True, exist_ok=True)
            self._folder = Path(tempfile.mkdtemp(prefix="frames-", dir=cache))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder


def _kind(frame: object) -> tuple[str, str]:
    return type(frame).__module__.split(".")[0].lstrip("_"), type(frame).__name__


def _polars(frame: LargeFrame, names: Sequence[str], path: Path) -> None:
    frame.lazy().select(list(names)).sink_parquet(path)


def _duckdb(frame: LargeFrame, names: Sequence[str], path: Path) -> None:
    frame.project(", ".join(map(quote, names))).write_parquet(str(path), compression="zstd")


def _dask(frame: LargeFrame, names: Sequence[str], path: Path) -> None:
    with _parts(path) as parts:
        frame[list(names)].to_parquet(str(parts), write_index=False)
        _join(parts, names, path)


def _spark(frame: LargeFrame, names: Sequence[str], path: Path) -> None:
    with _parts(path) as parts:
        columns = [frame[f"`{name.replace('`', '``')}`"] for name in names]
        frame.select(*columns).write.mode("overwrite").parquet(str(parts))
        _join(parts, names, path)


def _parts(path: Path) -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="parts-", dir=path.parent)


def _join(parts: Path | str, names: Sequence[str], path: Path) -> None:
    """Many files into one, a group of rows at a time."""
    picks, source = ", ".join(map(quote, names)), parquet(Path(parts) / "*.parquet")
    with connect() as connection:
        connection.execute(f"COPY (SELECT {picks} FROM {source}) TO '{_text(path)}' (FORMAT parquet, COMPRESSION zstd)")  # noqa: S608


def _text(path: Path) -> str:
    return str(path).replace("'", "''")


_WRITERS: Final[Mapping[tuple[str, str], Write]] = {
    ("polars", "DataFrame"): _polars,
    ("polars", "LazyFrame"): _polars,
    ("duckdb", "DuckDBPyRelation"): _duckdb,
    ("dask", "DataFrame"): _dask,
    ("pyspark", "DataFrame"): _spark,
}
