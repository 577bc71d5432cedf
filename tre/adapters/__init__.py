"""The outside world: one port each, nothing decided here."""
