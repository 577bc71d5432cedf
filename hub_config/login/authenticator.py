"""Who may log in: this installation's people, by a password kept here or as an identity that a provider vouches for.

Rules are asked of ``tre.services.authentication``. Roles become the hub's groups. Nobody is the hub's administrator:
an administrator could enter any workspace.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

from jupyterhub.handlers import BaseHandler
from traitlets.config import Config

from hub_config.login import openid_login
from hub_config.login.access import Told
from hub_config.login.account import LoggedIn, Registered, address_of, told
from hub_config.process.installation import Installation
from tre.core.errors import NotAllowed
from tre.services.authentication import TooManyAttempts

DAY_S: Final = 24 * 3600


class PeopleAuthenticator(Registered):
    """By name and password."""

    async def authenticate(self, handler: BaseHandler, data: Mapping[str, str]) -> LoggedIn | None:
        """The person; None when name and password do not fit. Raises Told, 429, after too many failures."""
        log_in = self.app.authentication.by_password
        try:
            # Checking a password takes long on purpose; the hub goes on meanwhile.
            person = await asyncio.to_thread(log_in, data["username"], data["password"], address_of(handler))
        except TooManyAttempts as error:
            raise Told(429, str(error)) from None
        except NotAllowed:
            return None
        return told(person)


def apply(c: Config, installation: Installation) -> None:
    """Let the installation's people in, and nobody else."""
    # A class of its own, because the values of a configuration are copied and an installation cannot be.
    c.JupyterHub.authenticator_class = type(
        "BoundAuthenticator", (_chosen(c, installation),), {"app": installation.app}
    )
    c.Authenticator.allow_all = True
    c.Authenticator.manage_groups = True
    c.Authenticator.auth_refresh_age = 300
    c.Authenticator.refresh_pre_spawn = True
    c.Authenticator.auth_refresh_strict = True
    # A login holds for a day, and so does a token: it must not outlive what was asked for at the login.
    c.JupyterHub.cookie_max_age_days = 1
    c.JupyterHub.token_expires_in_max_seconds = DAY_S
    c.JupyterHub.admin_access = False


def _chosen(c: Config, installation: Installation) -> type[Registered]:
    if installation.settings.login == "local":
        return PeopleAuthenticator
    return openid_login.prepare(c, installation.settings)
