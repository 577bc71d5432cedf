"""``python -m tre.web``: the airlock as a service that JupyterHub starts; JUPYTERHUB_* variables say where."""

import os
from urllib.parse import urlparse

import uvicorn

from tre.app import Tre
from tre.settings import Settings
from tre.web.application import application
from tre.web.identity import HubIdentity


def main() -> None:
    """Serve until stopped."""
    app = Tre.open(Settings.load())
    prefix = os.environ["JUPYTERHUB_SERVICE_PREFIX"]
    address = urlparse(os.environ["JUPYTERHUB_SERVICE_URL"])
    served = application(
        app,
        HubIdentity(prefix),
        prefix=prefix,
        hub=os.environ.get("JUPYTERHUB_BASE_URL", "/"),
        relay_secret=os.environ["AIRLOCK_RELAY_SECRET"],
    )
    uvicorn.run(served, host=address.hostname or "127.0.0.1", port=address.port or 0, log_level="warning")


if __name__ == "__main__":
    main()
