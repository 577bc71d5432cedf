"""Text: what is read of it, what a reader does not see, and what is data in disguise."""
