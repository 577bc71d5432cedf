"""Access to a project: may this person enter it today? Asked before each start; all but a plain yes is refused."""

import asyncio
from collections.abc import Awaitable, Callable

from jupyterhub.spawner import Spawner
from jupyterhub.user import User
from tornado.web import HTTPError
from traitlets.config import Config

from hub_config.process.installation import Installation
from tre.app import Tre
from tre.core.errors import NotAllowed, NotFound
from tre.projects.summary import ProjectSummary

NO_PROJECT = "A workspace belongs to a project. Open one of your projects from the home page."


def apply(c: Config, installation: Installation) -> None:
    """Ask before every start."""
    c.Spawner.pre_spawn_hook = pre_spawn_hook(installation.app)
    c.JupyterHub.allow_named_servers = True
    c.JupyterHub.template_vars = {"projects": projects_of(installation.app)}


def projects_of(app: Tre) -> Callable[[User | None], list[ProjectSummary]]:
    """What the hub asks for each page that it shows: the projects of whoever is logged in."""

    def of(user: User | None) -> list[ProjectSummary]:
        return app.projects.of_person(user.name) if user else []

    return of


def pre_spawn_hook(app: Tre) -> Callable[[Spawner], Awaitable[None]]:
    """A hook that gives the spawner its ``workspace``, or refuses with 403 and the reason."""

    async def hook(spawner: Spawner) -> None:
        if not spawner.name:
            raise forbidden(NO_PROJECT)
        try:
            spawner.workspace = await asyncio.to_thread(app.open_workspace, spawner.user.name, spawner.name)
        except NotAllowed as error:
            raise forbidden(str(error)) from error
        except NotFound as error:
            # The same words as for a project of others: its existence is not told.
            raise forbidden(f"'{spawner.user.name}' is not a member of project '{spawner.name}'.") from error

    return hook


class VisibleError(HTTPError):
    """An error whose words JupyterHub shows to the person, and not only in its log."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, message)
        self.jupyterhub_message = message


def forbidden(reason: str) -> VisibleError:
    """403 with its reason."""
    return VisibleError(403, reason)
