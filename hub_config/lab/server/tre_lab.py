"""The panel's API, on the server inside a workspace: outputs, requests, packages, templates, idling.

An extension of Jupyter's server, loaded by name. It holds no rules: it calls what a researcher's own Python would call.
Every change asks for Jupyter's login and XSRF token. Asking is not work: it keeps no workspace open.
"""

import asyncio
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from jupyter_server.base.handlers import APIHandler
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from tornado.web import authenticated

from tre.core.errors import BadInput, NotAllowed, NotFound, TreError, Unavailable
from tre.workspace import client, lab
from tre.workspace.idle import IdleRules, closes_in_s, last_worked
from tre.workspace.paths import HOME, TEMPLATES
from tre.workspace.template import load_template, template_names

T = TypeVar("T")
_STATUS: Final[Mapping[type[TreError], int]] = {BadInput: 400, NotFound: 404, NotAllowed: 403, Unavailable: 503}
_FIELDS: Final = ("title", "context", "folder", "code", "update")


class Activity:
    """When somebody last worked in this workspace."""

    def __init__(self, server: ServerApp, rules: IdleRules) -> None:
        self.rules = rules
        self._server = server
        self._person = datetime.now(UTC)

    def note(self) -> None:
        """The person did something."""
        self._person = datetime.now(UTC)

    def last(self) -> datetime:
        """When somebody last worked, as the hub is told."""
        manager, settings = self._server.kernel_manager, self._server.web_app.settings
        kernels: list[Any] = [manager.get_kernel(identifier) for identifier in manager.list_kernel_ids()]
        moments = [kernel.last_activity for kernel in kernels] + [settings.get("terminal_last_activity")]
        busy = any(kernel.execution_state == "busy" for kernel in kernels)
        machine = max((moment for moment in moments if moment is not None), default=None)
        return last_worked(self._person, machine, busy=busy, rules=self.rules, now=datetime.now(UTC))


class Handler(APIHandler):
    """Answers in JSON; what is refused comes with its reason and the next step."""

    _track_activity = False

    def initialize(self, activity: Activity) -> None:
        """Take what the handlers share."""
        self.activity = activity

    async def answer(self, call: Callable[[], T], shape: Callable[[T], object]) -> None:
        """Call beside the event loop, and answer with what it gave."""
        try:
            body = shape(await asyncio.to_thread(call))
        except TreError as error:
            self.set_status(_STATUS.get(type(error), 409))
            body = {"message": error.message, "hint": error.hint}
        self.finish(body)

    def fields(self, names: tuple[str, ...]) -> dict[str, str]:
        """The texts of a form."""
        body: Any = self.get_json_body()
        form = body if isinstance(body, dict) else {}
        return {name: str(form.get(name) or "").strip() for name in names}


class Outputs(Handler):
    """What was finalised in this home."""

    @authenticated
    async def get(self) -> None:
        """The folders of outputs, the newest first."""
        await self.answer(lambda: lab.output_folders(Path(HOME)), lambda folders: {"folders": folders})


class Requests(Handler):
    """The person's requests."""

    @authenticated
    async def get(self) -> None:
        """Those of this project."""
        await self.answer(client.own_requests, lambda requests: {"requests": requests})

    @authenticated
    async def post(self) -> None:
        """Send a folder to the airlock; answered after its check."""
        form = self.fields(_FIELDS)
        folder = str(Path(HOME) / form["folder"])
        code = str(Path(HOME) / form["code"]) if form["code"] else ""
        update = form["update"] or None
        await self.answer(
            lambda: client.send(form["title"], folder, context=form["context"], update=update, code=code),
            lambda sent: sent,
        )


class Packages(Handler):
    """Packages that were asked for in this project."""

    @authenticated
    async def get(self) -> None:
        """All of them, oldest first."""
        await self.answer(client.package_requests, lambda packages: {"packages": packages})

    @authenticated
    async def post(self) -> None:
        """Ask for one."""
        form = self.fields(("package", "reason"))
        await self.answer(lambda: client.ask_for_package(form["package"], form["reason"]), lambda request: request)


class Templates(Handler):
    """Notebooks to start from."""

    @authenticated
    async def get(self) -> None:
        """Name and purpose of each."""
        folder = Path(TEMPLATES)
        await self.answer(
            lambda: [load_template(folder, name) for name in template_names(folder)],
            lambda templates: {
                "templates": [{"name": template.name, "purpose": template.purpose} for template in templates]
            },
        )

    @authenticated
    async def post(self) -> None:
        """Copy one into the home; the answer says under which name."""
        name = self.fields(("name",))["name"]
        await self.answer(lambda: lab.copy_template(Path(TEMPLATES), name, Path(HOME)), lambda path: {"path": path})


class Idle(Handler):
    """When the workspace closes."""

    @authenticated
    async def get(self) -> None:
        """Seconds until it closes if nothing happens, and from when on to warn."""
        self.respond()

    def respond(self) -> None:
        """Answer with it."""
        rules = self.activity.rules
        seconds = closes_in_s(self.activity.last(), rules, datetime.now(UTC))
        self.finish({"closes_in_s": seconds, "warning_s": rules.warning_s, "every_s": rules.report_every_s})

    @authenticated
    async def post(self) -> None:
        """The person did something."""
        self.activity.note()
        self.respond()


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "tre_lab"}]


def _load_jupyter_server_extension(server: ServerApp) -> None:
    activity = Activity(server, IdleRules.from_environment(os.environ))
    application: Any = server.web_app
    # What the hub is told; an open page that asks for news is not work.
    application.last_activity = activity.last
    base, shared = application.settings["base_url"], {"activity": activity}
    paths = {
        "outputs": Outputs,
        "requests": Requests,
        "packages": Packages,
        "templates": Templates,
        "idle": Idle,
    }
    application.add_handlers(
        ".*", [(url_path_join(base, "tre", path), handler, shared) for path, handler in paths.items()]
    )
