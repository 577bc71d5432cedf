"""The authenticator: this installation's people, by a password kept here or as an identity that a provider vouches for.

Rules are asked of ``tre.services.authentication``. Roles become the hub's groups. Nobody is the hub's administrator:
an administrator could enter any workspace.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

from jupyterhub.handlers import BaseHandler
from traitlets.config import Config

from hub_config.login import openid_login
from hub_config.login.access import VisibleError
from hub_config.login.account import AuthModel, PeopleAuthenticator, auth_model, client_address
from hub_config.process.installation import Installation
from tre.core.errors import NotAllowed
from tre.services.authentication import TooManyAttempts

DAY_S: Final = 24 * 3600


class PasswordAuthenticator(PeopleAuthenticator):
    """By name and password."""

    async def authenticate(self, handler: BaseHandler, data: Mapping[str, str]) -> AuthModel | None:
        """The person; None when name and password do not fit. Raises VisibleError, 429, after too many failures."""
        authenticate = self.app.authentication.by_password
        try:
            # Checking a password takes long on purpose; the hub goes on meanwhile.
            person = await asyncio.to_thread(authenticate, data["username"], data["password"], client_address(handler))
        except TooManyAttempts as error:
            raise VisibleError(429, str(error)) from None
        except NotAllowed:
            return None
        return auth_model(person)


def apply(c: Config, installation: Installation) -> None:
    """Let the installation's people in, and nobody else."""
    # A class of its own, because the values of a configuration are copied and an installation cannot be.
    c.JupyterHub.authenticator_class = type(
        "BoundAuthenticator", (_authenticator_class(c, installation),), {"app": installation.app}
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


def _authenticator_class(c: Config, installation: Installation) -> type[PeopleAuthenticator]:
    if installation.settings.login == "local":
        return PasswordAuthenticator
    return openid_login.prepare(c, installation.settings)
