"""The lab's page, built here: pure. Of the server's own page only a few settings are taken, as data.

A page is where scripts begin, so nothing that runs or loads comes from the workspace: which scripts there are, which
extensions and which commands are switched off is said by this installation.
"""

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hub_config.gateway.refusal import Refusal

MOST_BYTES: Final = 1 << 18
_SETTINGS: Final = re.compile(r'<script id="jupyter-config-data" type="application/json">(.*?)</script>', re.DOTALL)
# Settings that belong to the server or the person, and are plain values.
_SERVER_SETTINGS: Final = (
    *("appName", "appNamespace", "appVersion", "cacheFiles", "copyAbsolutePath", "delete_to_trash", "hubPrefix"),
    *("hubServerName", "hubServerUser", "hubUser", "mode", "notebookStartsKernel", "notebookVersion", "preferredPath"),
    *("quitButton", "serverRoot", "store_id", "terminalsAvailable", "token", "treePath", "workspace"),
)
_ADDRESSES: Final = {
    "app": "lab",
    "labextensions": "lab/extensions",
    "licenses": "lab/api/licenses",
    "listings": "lab/api/listings",
    "settings": "lab/api/settings",
    "static": "static/lab",
    "themes": "lab/api/themes",
    "translationsApi": "lab/api/translations",
    "tree": "lab/tree",
    "workspacesApi": "lab/api/workspaces",
}
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>JupyterLab</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<script id="jupyter-config-data" type="application/json">{settings}</script>
<link rel="icon" type="image/x-icon" href="{base}static/favicons/favicon.ico" class="idle favicon">
<link rel="" type="image/x-icon" href="{base}static/favicons/favicon-busy-1.ico" class="busy favicon">
<script src="{base}gateway/guard.js"></script>
<script defer src="{base}static/lab/{script}"></script>
</head><body class="jp-ThemedContainer"></body></html>
"""


@dataclass(frozen=True)
class Lab:
    """The lab of this installation.

    Attributes:
        script: the file with which it begins, with its query.
        extensions: those installed beside it, as its page lists them.
        disabled: plugins that are switched off.
        untracked: kernel messages that are not activity, as the lab's server lists them.
    """

    script: str
    extensions: Sequence[Mapping[str, str]]
    disabled: Sequence[str]


def server_settings(page: str) -> Mapping[str, object]:
    """The settings in the server's page.

    Raises:
        Refusal: it is not a page of the lab.
    """
    match = _SETTINGS.search(page)
    try:
        settings = json.loads(match.group(1)) if match else None
    except (ValueError, RecursionError):
        settings = None
    if not isinstance(settings, dict):
        raise Refusal(
            502, "The workspace's server did not answer with the lab's page. Close the workspace and open it."
        )
    return settings


def build(settings: Mapping[str, object], lab: Lab, base: str) -> str:
    """The page of a workspace whose address is ``base``."""
    selection = {name: settings[name] for name in _SERVER_SETTINGS if isinstance(settings.get(name), str | int | bool)}
    configuration: dict[str, object] = {
        **selection,
        "baseUrl": base,
        "wsUrl": "",
        "hubHost": "",
        "buildAvailable": False,
        "buildCheck": False,
        "collaborative": False,
        "devMode": False,
        "exposeAppInBrowser": False,
        "news": {"disabled": True},
        "disabledExtensions": list(lab.disabled),
        "federated_extensions": [dict(extension) for extension in lab.extensions],
    }
    for name, path in _ADDRESSES.items():
        configuration[f"{name}Url"] = f"/{path}"
        configuration[f"full{name[0].upper()}{name[1:]}Url"] = f"{base}{path}"
    # As in a script element: nothing in it can end the element.
    text = json.dumps(configuration).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return _PAGE.format(settings=text, base=html.escape(base), script=html.escape(lab.script))
