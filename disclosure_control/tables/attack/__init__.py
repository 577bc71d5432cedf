"""Attacks on released tables: feasibility intervals of one table, linked tables, and differencing of two."""
