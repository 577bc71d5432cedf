"""How each kind of frame is asked for its cells. One small file a library; only cells leave it."""
