"""Personal data in text: identifiers by pattern and check digit, names by a language model."""
