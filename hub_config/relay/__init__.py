"""The one way out of a workspace."""
