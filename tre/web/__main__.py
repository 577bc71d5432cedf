"""``python -m tre.web``: the airlock as a service that JupyterHub starts; JUPYTERHUB_* variables say where."""

import os
import threading
from urllib.parse import urlparse

import uvicorn

from tre.app import Tre
from tre.settings import Settings
from tre.web.application import application
from tre.web.identity import HubIdentity
from tre.web.notifier import Notifier, ways_of


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
    if ways := ways_of(app.settings):
        base_address = app.settings.notice_address or f"http://{app.settings.host}:{app.settings.port}{prefix}"
        notifier = Notifier(app, ways, f"{base_address.rstrip('/')}/")
        threading.Thread(target=notifier.run, args=(threading.Event(),), name="notices", daemon=True).start()
    uvicorn.run(served, host=address.hostname or "127.0.0.1", port=address.port or 0, log_level="warning")


if __name__ == "__main__":
    main()
