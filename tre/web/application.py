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
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from tre.app import Tre
from tre.core.errors import TreError
from tre.web.api import Api
from tre.web.identity import Identity
from tre.web.pages import Pages

SESSION_S: Final = 8 * 3600
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
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
    pages, api = Pages(app, identity, prefix=prefix, hub=hub), Api(app, relay_secret)
    routes = [
        Route("/", pages.queue),
        Route("/oauth_callback", identity.callback),
        Route("/requests/{request}", pages.request),
        Route("/requests/{request}/files/{name:path}", pages.file),
        Route("/requests/{request}/check", pages.check, methods=["POST"]),
        Route("/requests/{request}/review", pages.review, methods=["POST"]),
        Route("/requests/{request}/return", pages.send_back, methods=["POST"]),
        Route("/requests/{request}/withdraw", pages.withdraw, methods=["POST"]),
        Route("/requests/{request}/release", pages.release, methods=["POST"]),
        Route("/workspace/requests", api.requests),
        Route("/workspace/requests", api.submit, methods=["POST"]),
        Route("/workspace/packages", api.packages),
        Route("/workspace/packages", api.ask_for_package, methods=["POST"]),
        Mount("/static", StaticFiles(directory=Path(__file__).parent / "static")),
    ]
    session = Middleware(
        SessionMiddleware,
        secret_key=app.parts.keys.session.hex(),
        session_cookie="tre-airlock",
        path=prefix,
        max_age=SESSION_S,
        same_site="lax",
    )
    return Starlette(
        routes=[Mount(prefix.rstrip("/"), routes=routes)],
        middleware=[Middleware(BaseHTTPMiddleware, dispatch=_with_headers), session],
        exception_handlers={TreError: pages.error, HTTPException: pages.http_error},
    )


async def _with_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
