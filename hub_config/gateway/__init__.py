"""The one way from a browser to a workspace: a process of its own, outside every sandbox.

    browser → proxy → gateway → the workspace's unix socket

What may pass is a table (``routes``), judged on the address as it was sent (``address``) and on few headers
(``headers``). The lab's page and files come from this installation and never from the workspace (``page``, ``files``);
what an answer may do in a browser is said here (``policy``); what a workspace shows is counted (``meter``). Who runs
this process is in ``keeper``, which workspaces are open in ``open_workspaces``.

Nothing here imports ``tre``: the process holds no key, no database and no setting.
"""
