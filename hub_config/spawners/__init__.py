"""A ``Workspace`` into a running server: one module per place where it can run."""
