"""Fitted models and arrays."""
