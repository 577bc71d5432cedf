"""Figures, drawn from judged counts alone, so that they can be drawn again and compared."""
