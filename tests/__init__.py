"""Tests, and what they share. A package, so that another one of this name that a library ships does not hide it."""
