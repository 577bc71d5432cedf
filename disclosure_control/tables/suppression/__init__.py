"""Which cells to hide, so that no unsafe cell can be worked out from the others."""
