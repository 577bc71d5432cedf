"""The airlock's pages, a JupyterHub service: routes only. Every rule is ``tre.app``'s."""
