"""The lockdown of Jupyter's server in a workspace: which of its services, commands and extensions are switched off.

These are files that leave through the browser, and calls to the world. Data only. A researcher could change the server
that runs in their own sandbox; what must hold against that is in the sandbox and in what the hub passes on. This takes
the doors out of sight that nobody is meant to use.
"""

from typing import Final

from hub_config.lab.environment import LAB_EXTENSIONS

# Handlers that hand whole files to a browser.
WITHHELD_SERVICES: Final = ("files", "nbconvert", "view")

# Commands and pages of JupyterLab that download, export, reach the network or tell of the host.
DISABLED_EXTENSIONS: Final = (
    "@jupyter-server/resource-usage:kernel-panel-item",
    "@jupyterhub/jupyter-server-proxy",
    "@jupyterlab/apputils-extension:announcements",
    "@jupyterlab/apputils-extension:print",
    "@jupyterlab/docmanager-extension:download",
    "@jupyterlab/docmanager-extension:open-browser-tab",
    "@jupyterlab/extensionmanager-extension",
    "@jupyterlab/fileeditor-extension:language-server",
    "@jupyterlab/filebrowser-extension:download",
    "@jupyterlab/filebrowser-extension:open-browser-tab",
    "@jupyterlab/filebrowser-extension:open-url",
    "@jupyterlab/filebrowser-extension:share-file",
    "@jupyterlab/help-extension:jupyter-forum",
    "@jupyterlab/help-extension:open",
    "@jupyterlab/help-extension:resources",
    "@jupyterlab/hub-extension:menu",
    # Scripts that an output holds as text.
    "@jupyterlab/javascript-extension",
    "@jupyterlab/lsp-extension",
    "@jupyterlab/notebook-extension:export",
    "@jupyterlab/notebook-extension:language-server",
    # Its charts hold expressions that can be made to run any script; the version in this lab has known flaws.
    "@jupyterlab/vega5-extension",
    "@jupyterlab/workspaces-extension",
)

SERVER: Final = {
    "ServerApp": {
        "jpserver_extensions": {
            "jupyter_lsp": False,
            # It would tell of the host; tre_usage answers in its place.
            "jupyter_resource_usage": False,
            # Dashboards; of what it can do, the gateway passes their web sockets alone.
            "jupyter_server_proxy": True,
            "notebook_shim": False,
            "tre_lab": True,
            "tre_usage": True,
        },
        "allow_origin": "",
        "disable_check_xsrf": False,
        "terminado_settings": {"shell_command": ["/bin/bash"]},
        # Uploads are not kept from anybody, but one message should not fill the memory.
        "max_body_size": 256 << 20,
    },
    "LabApp": {
        "extension_manager": "readonly",
        "check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "news_url": None,
        "collaborative": False,
        "labextensions_path": list(LAB_EXTENSIONS),
    },
    "FileContentsManager": {"always_delete_dir": True, "delete_to_trash": False},
}


def page_config() -> dict[str, object]:
    """JupyterLab's page configuration."""
    return {"disabledExtensions": dict.fromkeys(DISABLED_EXTENSIONS, True)}
