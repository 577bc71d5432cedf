"""The airlock as a service of the hub: started with it, on loopback, for people who log in through the hub."""

import sys
from typing import Final

from traitlets.config import Config

from hub_config.process.installation import Installation
from hub_config.process.network import child_command

AIRLOCK: Final = "airlock"
# The variable in which the airlock finds the secret of the relays.
RELAY_SECRET: Final = "AIRLOCK_RELAY_SECRET"  # noqa: S105 - a name


def apply(c: Config, installation: Installation) -> None:
    """Start the airlock with the hub."""
    c.JupyterHub.services = [
        {
            "name": AIRLOCK,
            "url": installation.airlock_url,
            "command": child_command([sys.executable, "-m", "tre.web"]),
            "environment": {
                **installation.settings.as_environment(),
                RELAY_SECRET: installation.relay_secret,
                "PYTHONUNBUFFERED": "1",
            },
            # Logging in is consent enough: the airlock is part of the same environment.
            "oauth_no_confirm": True,
        }
    ]
