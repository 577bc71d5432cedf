"""Files of a request for those who may see it, and who looked: an audit event each time a file is opened.

Scrolling a table reads its rows many times; that is one look, as long as it lasts.
"""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from tre.airlock.request import Request, RequestFile
from tre.app import Tre
from tre.core import clock
from tre.core.errors import BadInput, NotFound
from tre.web.previews.delimited import MEDIA_TYPES
from tre.web.previews.evidence import Behind, behind
from tre.web.previews.parts import AS_TABLES, Parts, table
from tre.web.previews.table_cache import CachedTable, TableCache

ONE_LOOK: Final = timedelta(hours=1)
_MOST: Final = 10_000


class FileAccess:
    """Reads files through ``app``, which says who may."""

    def __init__(self, app: Tre) -> None:
        """Nothing was looked at yet."""
        self._app = app
        self._tables = TableCache()
        self.parts = Parts()
        self._looked: OrderedDict[tuple[str, str, str], datetime] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, person: str, request: str, name: str) -> tuple[Request, RequestFile, bytes]:
        """A file and its rebuilt bytes; none where nothing could be rebuilt. Raises NotFound, NotAllowed."""
        record, file = self._file(person, request, name)
        if not file.clean_digest:
            return record, file, b""
        data = self._app.request_files.clean_file(person, request, name)
        self._note((person, request, file.clean_digest))
        return record, file, data

    def table(self, person: str, request: str, name: str) -> tuple[Request, RequestFile, CachedTable]:
        """A file as a table. Raises NotFound, NotAllowed; BadInput when it is no table."""
        record, file = self._file(person, request, name)
        if not file.clean_digest or file.media_type not in {*MEDIA_TYPES, *AS_TABLES}:
            raise BadInput("This file is not a table.")
        look = (person, request, file.clean_digest)
        if not self._is_looking(look):
            self._app.request_files.clean_file(person, request, name)
            self._note(look)
        try:
            cached = self._tables.get(
                file.clean_digest, lambda: self.delimited(file), MEDIA_TYPES.get(file.media_type, ",")
            )
        except ValueError:
            raise BadInput("This file is not a table.") from None
        return record, file, cached

    def behind(self, request: Request, file: RequestFile) -> Behind:
        """What stands behind a file that was computed again."""
        return behind(request, file, self.read)

    def read(self, digest: str) -> bytes:
        """The bytes of a digest; for those who may see the request that has it."""
        return self._app.request_files.read(digest)

    def delimited(self, file: RequestFile) -> bytes:
        """A table's bytes as delimited text. Raises ValueError when it is no table."""
        data = self.read(file.clean_digest)
        return data if file.media_type in MEDIA_TYPES else table(file.media_type, data)

    def _file(self, person: str, request: str, name: str) -> tuple[Request, RequestFile]:
        record = self._app.requests.get(person, request)
        file = record.file(name)
        if file is None or file.is_evidence:
            raise NotFound(f"Request '{record.id}' has no output of this name.")
        return record, file

    def _is_looking(self, look: tuple[str, str, str]) -> bool:
        with self._lock:
            return look in self._looked and clock.now() - self._looked[look] < ONE_LOOK

    def _note(self, look: tuple[str, str, str]) -> None:
        with self._lock:
            self._looked[look] = clock.now()
            self._looked.move_to_end(look)
            while len(self._looked) > _MOST:
                self._looked.popitem(last=False)
