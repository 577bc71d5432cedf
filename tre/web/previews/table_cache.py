"""Tables that are being looked at, held in memory by digest: bytes cannot change under a digest, so none goes stale."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tre.web.previews.column import Column, order_by, summary
from tre.web.previews.delimited import Delimited

_MOST_ORDERS = 4  # of one table; each is 8 bytes a row


@dataclass
class CachedTable:
    """One table, with what was worked out of it so far."""

    table: Delimited
    summaries: dict[int, Column] = field(default_factory=dict)
    orders: OrderedDict[tuple[int, bool], NDArray[np.int64]] = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def column(self, number: int) -> Column:
        """The summary of a column."""
        with self.lock:
            if number not in self.summaries:
                self.summaries[number] = summary(self.table.header[number], self.table.column(number))
            return self.summaries[number]

    def order(self, number: int, *, descending: bool) -> NDArray[np.int64]:
        """The rows in the order of a column."""
        key = (number, descending)
        with self.lock:
            if key not in self.orders:
                self.orders[key] = order_by(self.table.column(number), descending=descending)
            while len(self.orders) > _MOST_ORDERS:
                self.orders.popitem(last=False)
            return self.orders[key]


class TableCache:
    """The tables that were looked at last, up to a number of bytes; the one that is shown is always held."""

    def __init__(self, most_bytes: int = 512 << 20) -> None:
        """Hold nothing yet."""
        self._most_bytes = most_bytes
        self._held: OrderedDict[str, CachedTable] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[str, threading.Lock] = {}

    def get(self, digest: str, read: Callable[[], bytes], delimiter: str) -> CachedTable:
        """The table of a digest; read and indexed once, however many ask at the same time.

        Raises ValueError when the bytes are no text.
        """
        with self._lock:
            making = self._making.setdefault(digest, threading.Lock())
        try:
            with making:
                with self._lock:
                    if digest in self._held:
                        self._held.move_to_end(digest)
                        return self._held[digest]
                table = CachedTable(Delimited(read(), delimiter))
                with self._lock:
                    self._held[digest] = table
                    self._shrink()
                return table
        finally:
            with self._lock:
                self._making.pop(digest, None)

    def _shrink(self) -> None:
        while len(self._held) > 1 and sum(item.table.size_bytes for item in self._held.values()) > self._most_bytes:
            self._held.popitem(last=False)
