"""Files that no browser shows by itself, read by the limited worker and held by digest: this process parses none."""

import csv
import io
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Final

from disclosure_control.checking.messages import ReadPreview
from disclosure_control.checking.worker import Worker, WorkerFailed
from disclosure_control.core.content import Part

AS_TABLES: Final = frozenset(
    {
        "application/vnd.apache.parquet",
        "application/vnd.apache.arrow.file",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)
IN_PARTS: Final = frozenset({"application/pdf", "application/zip", "application/x-safetensors", "application/x-skops"})
_TIMEOUT_S: Final = 120.0
_MOST_ROWS: Final = 5_000  # of a table inside an archive


class Parts:
    """The parts of the files that were looked at last, up to a number of bytes; each is read once at a time."""

    def __init__(self, most_bytes: int = 256 << 20) -> None:
        """Nothing was read yet."""
        self._most_bytes = most_bytes
        self._held: OrderedDict[str, list[Part]] = OrderedDict()
        self._lock = threading.Lock()
        self._reading: dict[str, threading.Lock] = {}

    def of(self, digest: str, media_type: str, data: bytes) -> list[Part]:
        """The parts of a file. Raises ValueError when nothing of it can be told."""
        with self._lock:
            reading = self._reading.setdefault(digest, threading.Lock())
        try:
            with reading:
                with self._lock:
                    if digest in self._held:
                        self._held.move_to_end(digest)
                        return self._held[digest]
                parts = read(media_type, data)
                with self._lock:
                    self._held[digest] = parts
                    while len(self._held) > 1 and sum(map(_size, self._held.values())) > self._most_bytes:
                        self._held.popitem(last=False)
                return parts
        finally:
            with self._lock:
                self._reading.pop(digest, None)


def table(media_type: str, data: bytes) -> bytes:
    """A file of one table as csv. Raises ValueError when it is none."""
    tables = [part.table for part in read(media_type, data) if part.table is not None]
    if len(tables) != 1:
        raise ValueError("The file is not one table.")
    return tables[0].encode()


def rows(part: Part) -> tuple[list[list[str]], int]:
    """The rows of a table in an archive, and how many more it has than are shown."""
    table_rows = list(csv.reader(io.StringIO(part.table or "", newline="")))
    return table_rows[:_MOST_ROWS], max(0, len(table_rows) - _MOST_ROWS)


def read(media_type: str, data: bytes) -> list[Part]:
    """The parts of a file, read by the limited worker. Raises ValueError when nothing of it can be told."""
    with tempfile.NamedTemporaryFile(prefix="look-") as file, Worker(timeout_s=_TIMEOUT_S) as worker:
        file.write(data)
        file.flush()
        try:
            parts = worker.ask(ReadPreview(str(Path(file.name)), media_type)).parts
        except WorkerFailed as error:
            raise ValueError("The file could not be read.") from error
    if parts is None:
        raise ValueError("The file could not be read.")
    return parts


def _size(parts: list[Part]) -> int:
    return sum(
        len(value or "") for part in parts for value in (part.name, part.table, part.picture, part.text, part.lost)
    )
