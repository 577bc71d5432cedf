"""The hub's processes on one machine: where they listen, how they end together."""
