"""The code behind a request's outputs, each in a document of its own that runs nothing."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from tre.web.base import Site
from tre.web.previews import code


class CodePage:
    """The handler of code."""

    def __init__(self, site: Site) -> None:
        """Show the installation of ``site``."""
        self._site = site

    async def frame(self, request: Request) -> Response:
        """One notebook or script, by its digest, as a document for its sandbox; who looked is written down."""
        person, which = self._site.person(request), request.path_params
        source = await run_in_threadpool(self._site.app.request_files.code, person, which["request"], which["digest"])
        text, policy = await run_in_threadpool(code.document, source)
        return HTMLResponse(text, headers={"Content-Security-Policy": policy})
