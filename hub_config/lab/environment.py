"""The environment of Jupyter's server in a workspace: our panel, the limits it shows, when it closes.

Data only; the sandbox itself is told elsewhere, and what the server does not offer stands in ``lockdown``.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tre.adapters.sandbox import VENV
from tre.projects.workspace import Limits
from tre.settings import Settings
from tre.workspace.idle import IdleRules, why_idle

# What the sandbox shows as SERVER_INSIDE, and our extensions of JupyterLab's page in it.
SERVER_FOLDER: Final = Path(__file__).parent / "server"
EXTENSIONS_FOLDER: Final = SERVER_FOLDER / "labextensions"
SERVER_INSIDE: Final = "/opt/tre/server"
# Where extensions of JupyterLab's page are found: never in a home.
LAB_EXTENSIONS: Final = (f"{VENV}/share/jupyter/labextensions", f"{SERVER_INSIDE}/labextensions")


def idle_rules(settings: Settings) -> IdleRules:
    """When this installation's workspaces close because nobody works in them."""
    return IdleRules(settings.idle_close_s, settings.idle_warning_s, settings.idle_busy_s)


def environment(limits: Limits, rules: IdleRules, base: str) -> dict[str, str]:
    """Variables for the server inside, whose address for browsers is ``base``."""
    return {
        # The command line inside: the environment's own script names a place that is not shown there.
        "PATH": f"{SERVER_INSIDE}/bin:{VENV}/bin:/usr/local/bin:/usr/bin:/bin",
        "MEM_LIMIT": str(limits.memory_bytes),
        "CPU_LIMIT": str(limits.cpus),
        "JUPYTERHUB_ACTIVITY_INTERVAL": str(rules.report_every_s),
        "DASK_DISTRIBUTED__DASHBOARD__LINK": f"{base}proxy/{{port}}/status",
        **rules.as_environment(),
    }


def idle_reason(last_activity: datetime | None, started: datetime | None, rules: IdleRules) -> str:
    """Why a workspace closes now, from what the hub has noted of it in UTC; empty while it stays open."""
    moments = [moment.replace(tzinfo=UTC) for moment in (last_activity, started) if moment is not None]
    return why_idle(max(moments), rules, datetime.now(UTC)) if moments else ""
