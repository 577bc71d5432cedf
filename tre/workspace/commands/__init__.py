"""The ``tre`` command inside a workspace or run: what needs no installation, and what goes through the relay."""
