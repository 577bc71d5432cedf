"""The gateway's routes, as a table: which requests of a browser reach a workspace. Pure. What is not in it is refused.

A row says which methods on which path, below the workspace's own address, are what kind of thing. The kind decides the
rest: who answers, what the answer may do in a browser, whether it is counted.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from hub_config.gateway.dashboard import PAGES
from hub_config.gateway.refusal import AIRLOCK, Refusal

MIB: Final = 1 << 20


class Kind(Enum):
    """What a request is about."""

    PAGE = "the lab's page, built here from the server's settings"
    DASHBOARD = "the page of a Dask dashboard, built here"
    FILE = "a file of the lab, read from this installation"
    LOGIN = "a redirect on the way in"
    DATA = "JSON of the server"
    SAVE = "JSON that saves work or ends something; goes on for a while when nothing more is shown"
    IMAGE = "a kernel's picture"
    SOCKET = "a web socket"
    REFUSED = "whole files"


# The lab's kernels speak this or nothing. Bokeh says its session's name in a second one.
_KERNELS: Final = re.compile(r"v1\.kernel\.websocket\.jupyter\.org")
_BOKEH: Final = re.compile(r"bokeh|[A-Za-z0-9_-]{40,400}")


@dataclass(frozen=True)
class Route:
    """One row. ``pattern`` is matched on the whole path below the workspace's address.

    Attributes:
        query: the names that a query may have; None where a page of the lab reads it itself.
        largest: response, in bytes.
        protocols: what a web socket may be said to speak, each matched whole.
    """

    methods: frozenset[str]
    pattern: re.Pattern[str]
    kind: Kind
    query: frozenset[str] | None = frozenset()
    largest: int = 16 * MIB
    protocols: re.Pattern[str] = _KERNELS


_PLACEHOLDERS: Final = {
    "ONE": r"[^/]+",
    "ANY": r"(?:/[^/]+)*",
    "SOME": r"(?:/[^/]+)+",
    "ID": r"[0-9a-f-]{36}",
    "NAME": r"[A-Za-z0-9_-]{1,64}",
    "PORT": r"[1-9][0-9]{3,4}",
    "DASHBOARD": "(?:" + "|".join(PAGES) + ")",
}
_PLACEHOLDER: Final = re.compile("|".join(_PLACEHOLDERS))


def _row(
    methods: str,
    path: str,
    kind: Kind,
    query: str | None = "",
    largest: int = 16 * MIB,
    protocols: re.Pattern[str] = _KERNELS,
) -> Route:
    pattern = _PLACEHOLDER.sub(lambda match: _PLACEHOLDERS[match.group()], path)
    names = None if query is None else frozenset(query.split())
    return Route(frozenset(methods.split()), re.compile(pattern), kind, names, largest, protocols)


# A notebook holds its figures as text; other content is a file's, and a large one belongs in the airlock.
LARGEST_NOTEBOOK: Final = 64 * MIB
LARGEST_FILE: Final = 4 * MIB
_CONTENTS: Final = "content type format hash contentProviderId"

TABLE: Final = (
    _row(
        "GET POST PUT PATCH DELETE HEAD",
        r"(?:files|nbconvert|view|archive-download|archives?)ANY/?",
        Kind.REFUSED,
        None,
    ),
    _row("GET", r"", Kind.LOGIN, None),
    _row("GET", r"oauth_callback", Kind.LOGIN, None),
    _row("GET", r"lab(?:/workspaces/ONE)?(?:/treeANY)?", Kind.PAGE, None),
    _row("GET", r"static/(?:lab|favicons|logo|style)SOME", Kind.FILE, "v"),
    _row("GET", r"lab/extensionsSOME", Kind.FILE, "v"),
    _row("GET", r"lab/api/themesSOME", Kind.FILE, "v"),
    _row("GET", r"gateway/(?:guard\.js|dashboard\.js|dashboard\.css)", Kind.FILE, "v"),
    _row("GET", r"gateway/bokeh/bokeh(?:-widgets|-tables)?\.min\.js", Kind.FILE, "v"),
    _row("GET", r"lab/api/settingsANY", Kind.DATA, "ids_only"),
    _row("PUT", r"lab/api/settingsSOME", Kind.SAVE),
    _row("GET", r"lab/api/workspaces(?:/ONE)?", Kind.DATA),
    _row("PUT DELETE", r"lab/api/workspaces/ONE", Kind.SAVE),
    _row("GET", r"lab/api/translations(?:/NAME)?", Kind.DATA),
    _row("GET", r"lab/api/(?:build|licenses|listingsSOME)", Kind.DATA),
    _row("GET", r"api(?:/me|/status)?", Kind.DATA, "permissions"),
    _row("GET", r"api/kernelspecs(?:/NAME)?", Kind.DATA),
    _row("GET", r"kernelspecs/NAME/logo-(?:svg\.svg|32x32\.png|64x64\.png)", Kind.IMAGE, largest=MIB),
    _row("GET", r"api/metrics/v1(?:/kernel_usage/get_usage/ID)?", Kind.DATA),
    _row("GET POST", r"api/(?:kernels|sessions|terminals)", Kind.DATA),
    _row("GET PATCH", r"api/(?:kernels|sessions)/ID", Kind.DATA),
    _row("DELETE", r"api/(?:kernels|sessions)/ID", Kind.SAVE),
    _row("POST", r"api/kernels/ID/(?:interrupt|restart)", Kind.SAVE),
    _row("GET", r"api/terminals/NAME", Kind.DATA),
    _row("DELETE", r"api/terminals/NAME", Kind.SAVE),
    _row("GET", r"api/contentsANY/?", Kind.DATA, _CONTENTS, LARGEST_NOTEBOOK),
    _row("POST PUT PATCH DELETE", r"api/contentsANY/?", Kind.SAVE, "type"),
    _row("GET", r"tre/(?:outputs|requests|packages|templates|idle)", Kind.DATA),
    _row("POST", r"tre/(?:requests|packages|templates|idle)", Kind.SAVE),
    _row("GET", r"api/kernels/ID/channels", Kind.SOCKET, "session_id"),
    _row("GET", r"terminals/websocket/NAME", Kind.SOCKET),
    _row("GET", r"api/events/subscribe", Kind.SOCKET),
    _row("GET", r"proxy/PORT/DASHBOARD", Kind.DASHBOARD),
    _row("GET", r"proxy/PORT/DASHBOARD/ws", Kind.SOCKET, protocols=_BOKEH),
)
_NOT_OFFERED: Final = "This is not offered in a workspace."
# The lab adds the time in milliseconds to what must not come from a cache.
_TIME: Final = re.compile(r"\d{10,16}")


def find_route(method: str, path: str, query: Mapping[str, str], table: tuple[Route, ...] = TABLE) -> Route:
    """The row for a request.

    Args:
        method: as sent.
        path: below the workspace's own address, without a slash at its beginning.
        query: decoded.

    Raises:
        Refusal: 403 for whole files, 405 for another method, 404 for all else.
    """
    rows = [row for row in table if row.pattern.fullmatch(path)]
    if not rows:
        raise Refusal(404, _NOT_OFFERED)
    if rows[0].kind is Kind.REFUSED:
        raise Refusal(403, AIRLOCK)
    for row in rows:
        if method in row.methods:
            _check_query(row, query)
            return row
    raise Refusal(405, "This cannot be done in a workspace.")


def _check_query(row: Route, query: Mapping[str, str]) -> None:
    if row.query is None:
        return
    if not all(name in row.query or (_TIME.fullmatch(name) and not value) for name, value in query.items()):
        raise Refusal(
            403, "The gateway does not accept this request: its query asks for something that is not offered."
        )


def largest_response(row: Route, query: Mapping[str, str]) -> int:
    """The most bytes of one response: whole notebooks and texts may be large, other files may not."""
    if "content" not in query or query.get("type") in {"notebook", "directory"} or query.get("format") == "text":
        return row.largest
    return min(row.largest, LARGEST_FILE)
