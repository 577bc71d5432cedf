"""The files of a request: each in a document of its own, tables a window of rows at a time."""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from tre.core.errors import BadInput
from tre.web.base import Site
from tre.web.file_access import FileAccess
from tre.web.previews import frame
from tre.web.previews.highlights import flags

MAX_WINDOW: Final = 200  # rows


class Files:
    """The handlers of files."""

    def __init__(self, site: Site, looks: FileAccess) -> None:
        """Show what ``looks`` reads."""
        self._site = site
        self._looks = looks

    async def frame(self, request: Request) -> Response:
        """One file as a document for its sandbox."""
        person, first = self._site.person(request), _number(request, "from", 1)
        show = self._plain if request.query_params.get("plain") == "yes" else self._document
        text, policy = await run_in_threadpool(show, person, *_which(request), first)
        return HTMLResponse(text, headers={"Content-Security-Policy": policy})

    async def about(self, request: Request) -> Response:
        """A table's size, header and marked cells."""
        return await self._site.answer(request, lambda person: self._about(person, *_which(request)))

    async def rows(self, request: Request) -> Response:
        """Some rows of a table."""
        return await self._site.answer(request, lambda person: self._rows(person, request))

    async def column(self, request: Request) -> Response:
        """One column of a table in numbers."""
        return await self._site.answer(request, lambda person: self._column(person, request))

    def _document(self, person: str, identifier: str, name: str, first: int) -> tuple[str, str]:
        record, file, data = self._looks.open(person, identifier, name)
        behind = self._looks.behind(record, file)
        return frame.document(file, data, behind, first, self._looks.parts)

    def _plain(self, person: str, identifier: str, name: str, first: int) -> tuple[str, str]:
        """A table line by line, for browsers that run no script."""
        _, file, data = self._looks.open(person, identifier, name)
        try:
            data = self._looks.delimited(file) if data else data
        except ValueError:
            raise BadInput("This file is not a table.") from None
        return frame.plain(file, data, first)

    def _about(self, person: str, identifier: str, name: str) -> object:
        record, file, cached = self._looks.table(person, identifier, name)
        marks = flags(cached.table, file.findings, self._looks.behind(record, file).named)
        sample = [cells for _, cells in cached.table.window(0, 50)]
        return {
            "rows": cached.table.rows,
            "header": cached.table.header,
            "figures": [
                _is_figure([row[j] for row in sample if j < len(row)]) for j in range(len(cached.table.header))
            ],
            "flags": [[flag.row, flag.column, flag.finding] for flag in marks],
            "findings": [finding.to_dict() for finding in file.findings],
        }

    def _rows(self, person: str, request: Request) -> object:
        start, count = _number(request, "start", 0), min(MAX_WINDOW, _number(request, "count", MAX_WINDOW))
        sort = _number(request, "sort", -1)
        _, _, cached = self._looks.table(person, *_which(request))
        _check_column(cached.table.header, sort, allow_none=True)
        order = cached.order(sort, descending=request.query_params.get("descending") == "true") if sort >= 0 else None
        return {"rows": cached.table.window(start, count, order)}

    def _column(self, person: str, request: Request) -> object:
        number = _number(request, "column", -1)
        _, _, cached = self._looks.table(person, *_which(request))
        _check_column(cached.table.header, number)
        return cached.column(number).to_dict()


def _which(request: Request) -> tuple[str, str]:
    return request.path_params["request"], request.path_params["name"]


def _number(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise BadInput(f"'{name}' is a whole number, 0 or more.")
    return int(text)


def _check_column(header: list[str], number: int, *, allow_none: bool = False) -> None:
    if not (0 <= number < len(header)) and not (allow_none and number == -1):
        raise BadInput(f"There is no such column; the table has {len(header)}.")


def _is_figure(cells: list[str]) -> bool:
    present = [cell.strip() for cell in cells if cell.strip()]
    return bool(present) and all(cell[:1] in "+-0123456789.[" for cell in present)
