"""Microdata: whether a file holds the records themselves."""
