"""Cell statistics: rows, units, totals and largest contributions, computed by the engine that holds the frame."""
