"""Checks of a table without evidence, from the file alone: its kind, small counts, margins and shares."""
