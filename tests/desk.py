"""The airlock's pages served for tests and benchmarks, with an identity that believes a cookie."""

import base64
import json
import re
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from itsdangerous import TimestampSigner
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from tests.stores import stores
from tre.app import Tre
from tre.web.application import application

PREFIX = "/services/airlock/"
SECRET = "of the relays"
COOKIE = "test-person"
STATIC = Path(sys.prefix) / "share" / "jupyterhub" / "static"


class Known:
    """An identity that believes a header or a cookie; the hub's own is tested with a hub."""

    def person(self, asked):
        return asked.headers.get("x-test-person") or asked.cookies.get(COOKIE)

    async def login(self, _):
        return RedirectResponse("/login", 302)

    async def callback(self, _):
        return PlainTextResponse("")


def served(app: Tre) -> Starlette:
    """The airlock's application for ``app``."""
    return application(app, Known(), prefix=PREFIX, hub="/", relay_secret=SECRET)


def session(app: Tre, **values: str) -> dict[str, str]:
    """The cookie of a session that holds these values, as the airlock signs it."""
    data = base64.b64encode(json.dumps(values).encode())
    return {"tre-airlock": TimestampSigner(stores(app).keys.session.hex()).sign(data).decode()}


class Browser(TestClient):
    """A browser that fills in forms."""

    def form(self, page="requests/req-1"):
        """The hidden fields that every form of a page bears."""
        text = self.get(page).text
        found = {name: re.search(rf'name="{name}" value="([^"]+)"', text) for name in ("token", "once")}
        return {name: match.group(1) for name, match in found.items() if match}


@contextmanager
def serving(app: Tre) -> Iterator[str]:
    """The airlock on a free port of loopback, ended when the block ends; its address."""
    routes = [Mount("/hub/static", StaticFiles(directory=STATIC)), Mount("/", served(app))]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(Starlette(routes=routes), log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}{PREFIX}"
        finally:
            server.should_exit = True
            thread.join(30)
