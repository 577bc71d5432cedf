"""The one way from a browser to a workspace: a process of its own, outside every sandbox.

    browser → proxy → gateway → the workspace's unix socket

What may pass is a table (``routes``), decided (``authorise``) on the target as it was sent (``target``) and on few
headers (``headers``). The lab's page and files come from this installation and never from the workspace (``lab_page``,
``lab_assets``); what a response may do in a browser is said here (``security_headers``); what a workspace shows is
counted (``meter``). Which workspaces are open is read from the hub's registry (``registry``), what this installation is
from its start file (``configuration``). Who starts this process is in ``hub_config.process.supervisor``.

Nothing here imports ``tre`` or another room of the hub: the process holds no key, no database and no setting.
"""
