"""Who may log in: the people of this installation, by name and password. Their roles become the hub's groups.

Nobody is the hub's administrator: an administrator could enter any workspace.
"""

import asyncio
from collections.abc import Mapping
from typing import ClassVar, TypedDict

from jupyterhub.auth import Authenticator
from jupyterhub.handlers import BaseHandler
from jupyterhub.user import User
from traitlets.config import Config

from hub_config.installation import Installation
from tre.app import Tre
from tre.core.errors import NotFound
from tre.core.people import Person


class LoggedIn(TypedDict):
    """What JupyterHub is told of somebody."""

    name: str
    admin: bool
    groups: list[str]


class PeopleAuthenticator(Authenticator):  # type: ignore[misc]
    """Asks the installation's people."""

    app: ClassVar[Tre]

    async def authenticate(self, handler: BaseHandler, data: Mapping[str, str]) -> LoggedIn | None:  # noqa: ARG002
        """The person, or None when name and password do not fit."""
        # Checking a password takes long on purpose; the hub goes on meanwhile.
        person = await asyncio.to_thread(self.app.people.check_password, data["username"], data["password"])
        return None if person is None else told(self.app.people.get(person))

    async def refresh_user(self, user: User, handler: BaseHandler | None = None) -> LoggedIn | bool:  # noqa: ARG002
        """Their roles as they are now; False when there is no such person any more."""
        try:
            return told(self.app.people.get(user.name))
        except NotFound:
            return False


def told(person: Person) -> LoggedIn:
    """A person as JupyterHub is told of them."""
    return {"name": str(person.id), "admin": False, "groups": sorted(role.value for role in person.roles)}


def apply(c: Config, installation: Installation) -> None:
    """Let the installation's people in, and nobody else."""
    # A class of its own, because the values of a configuration are copied and an installation cannot be.
    c.JupyterHub.authenticator_class = type("BoundAuthenticator", (PeopleAuthenticator,), {"app": installation.app})
    c.PeopleAuthenticator.allow_all = True
    c.PeopleAuthenticator.manage_groups = True
    c.PeopleAuthenticator.auth_refresh_age = 300
    c.PeopleAuthenticator.refresh_pre_spawn = True
    c.JupyterHub.admin_access = False
