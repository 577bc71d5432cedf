"""Tables of which only the file is known: what they read as, what they give away, and what cannot be known."""
