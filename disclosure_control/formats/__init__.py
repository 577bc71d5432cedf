"""Files as bytes: what they really are, every text in them, and how to rebuild them with nothing hidden."""
