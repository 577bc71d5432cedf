"""Fitted models as skops keeps them: read as plain values without loading any, by a table of what each type has."""
