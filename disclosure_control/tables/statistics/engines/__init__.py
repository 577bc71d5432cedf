"""One module an engine: how each kind of frame computes cells. Only cells leave it."""
