"""What changed of a file since the round before, and since the same output was last released."""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from tre.core.errors import BadInput
from tre.web.base import Site
from tre.web.file_access import FileAccess
from tre.web.previews import frame
from tre.web.previews.changes import Changes as Found
from tre.web.previews.changes import changes
from tre.web.previews.delimited import MEDIA_TYPES

SINCE: Final = frozenset({"round", "release"})


class Changes:
    """The handler of comparisons."""

    def __init__(self, site: Site, looks: FileAccess) -> None:
        """Compare what ``looks`` reads."""
        self._site = site
        self._looks = looks

    async def frame(self, request: Request) -> Response:
        """A comparison as a document for its sandbox."""
        person, since = self._site.person(request), request.query_params.get("since", "")
        identifier, name = request.path_params["request"], request.path_params["name"]
        text, policy = await run_in_threadpool(self._document, person, identifier, name, since)
        return HTMLResponse(text, headers={"Content-Security-Policy": policy})

    def _document(self, person: str, identifier: str, name: str, since: str) -> tuple[str, str]:
        record, file, new = self._looks.open(person, identifier, name)
        if since not in SINCE:
            raise BadInput("A comparison is since the last 'round' or 'release'.")
        if since == "round":
            earlier_file = next((earlier for earlier in record.before if earlier.name == name), None)
            old, title = (earlier_file.clean_digest if earlier_file else ""), f"Compared with round {record.round - 1}."
        else:
            release, old = self._site.app.request_files.last_release(record, name)
            title = f"Compared with release {release}."
        if not old:
            return frame.comparison("There is no earlier version of this file.", Found())
        return frame.comparison(title, changes(self._looks.read(old), new, MEDIA_TYPES.get(file.media_type, "")))
