"""Pictures: decoded to the last pixel, and rebuilt from what is seen of them."""
