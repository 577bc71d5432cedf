"""Before a workspace opens: may this person enter this project today? The installation answers; all else is refused."""

import asyncio
from collections.abc import Awaitable, Callable

from jupyterhub.spawner import Spawner
from tornado.web import HTTPError
from traitlets.config import Config

from hub_config.installation import Installation
from tre.app import Tre
from tre.core.errors import NotAllowed, NotFound

NO_PROJECT = "A workspace belongs to a project. Open one of your projects from the home page."


def apply(c: Config, installation: Installation) -> None:
    """Ask before every start."""
    c.Spawner.pre_spawn_hook = ask(installation.app)
    c.JupyterHub.allow_named_servers = True
    c.JupyterHub.template_vars = {"projects_of": installation.app.projects_of}


def ask(app: Tre) -> Callable[[Spawner], Awaitable[None]]:
    """A hook that gives the spawner its ``workspace``, or refuses with 403 and the reason."""

    async def hook(spawner: Spawner) -> None:
        if not spawner.name:
            raise refusal(NO_PROJECT)
        try:
            spawner.workspace = await asyncio.to_thread(app.open_workspace, spawner.user.name, spawner.name)
        except NotAllowed as error:
            raise refusal(str(error)) from error
        except NotFound as error:
            # The same words as for a project of others: its existence is not told.
            raise refusal(f"'{spawner.user.name}' is not a member of project '{spawner.name}'.") from error

    return hook


def refusal(why: str) -> HTTPError:
    """403 with a reason that JupyterHub shows on its page."""
    return HTTPError(403, why)
