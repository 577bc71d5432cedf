"""JupyterHub's configuration file: load the settings, apply each module. Nothing is decided here."""

from importlib import import_module

from hub_config.login import access, authenticator, roles
from hub_config.process import network, services
from hub_config.process.installation import Installation
from tre.settings import Settings

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - JupyterHub defines it

installation = Installation.prepare(Settings.load())
network.apply(c, installation)
authenticator.apply(c, installation)
roles.apply(c)
services.apply(c, installation)
# One of two, by the setting; the other's libraries need not be there.
import_module(f"hub_config.spawners.{installation.settings.spawner}").apply(c, installation)
access.apply(c, installation)
