"""The airlock as one Starlette application: routes, sessions, headers, and errors as pages."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tre.app import Tre
from tre.core.errors import TreError
from tre.web.actions import FORMS, Actions
from tre.web.api import Api
from tre.web.base import HTMX, Site
from tre.web.changes import Changes
from tre.web.code_page import CodePage
from tre.web.file_access import FileAccess
from tre.web.files import Files
from tre.web.identity import Identity
from tre.web.metrics import MetricsPage
from tre.web.openapi import OPENAPI
from tre.web.queue import Queue
from tre.web.request import RequestPage

SESSION_S: Final = 8 * 3600
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "script-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def application(app: Tre, identity: Identity, *, prefix: str, hub: str, relay_secret: str) -> Starlette:
    """The airlock's pages and the workspaces' way in.

    Args:
        prefix: the path that the hub serves it under, with slashes at both ends.
        hub: the hub's own base path, for its style sheet and links.
        relay_secret: what tells that a workspace's relay speaks, which has stamped who and from where.
    """
    site, api = Site(app, identity, prefix=prefix, hub=hub), Api(app, relay_secret)
    looks, actions = FileAccess(app), Actions(site)
    files, changes = Files(site, looks), Changes(site, looks)

    async def described(_: Request) -> Response:
        return JSONResponse({**OPENAPI, "servers": [{"url": prefix.rstrip("/")}]})

    routes = [
        Route("/", Queue(site).page),
        Route("/oauth_callback", identity.callback),
        Route("/figures", MetricsPage(site).page),
        Route("/requests/{request}", RequestPage(site).page),
        Route("/releases/{request}", RequestPage(site).release),
        Route("/openapi.json", described),
        Route("/requests/{request}/frame/{name:path}", files.frame),
        Route("/requests/{request}/about/{name:path}", files.about),
        Route("/requests/{request}/rows/{name:path}", files.rows),
        Route("/requests/{request}/column/{name:path}", files.column),
        Route("/requests/{request}/changes/{name:path}", changes.frame),
        Route("/requests/{request}/code/{digest}", CodePage(site).frame),
        Route("/requests/{request}/download", actions.download, methods=["POST"]),
        *(
            Route(f"/requests/{{request}}/{verb}", actions.handler(act), methods=["POST"])
            for verb, act in FORMS.items()
        ),
        Route("/workspace/requests", api.requests),
        Route("/workspace/requests", api.submit, methods=["POST"]),
        Route("/workspace/packages", api.packages),
        Route("/workspace/packages", api.ask_for_package, methods=["POST"]),
        Route("/static/htmx.min.js", _htmx),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
    ]
    session = Middleware(
        SessionMiddleware,
        secret_key=app.authentication.session_secret(),
        session_cookie="tre-airlock",
        path=prefix,
        max_age=SESSION_S,
        same_site="lax",
    )
    return Starlette(
        routes=[Mount(prefix.rstrip("/"), routes=routes)],
        middleware=[Middleware(BaseHTTPMiddleware, dispatch=_with_headers), session],
        exception_handlers={TreError: site.error, HTTPException: site.http_error},
    )


async def _htmx(_: Request) -> Response:
    return FileResponse(HTMX) if HTMX.is_file() else PlainTextResponse("", 404)


async def _with_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
