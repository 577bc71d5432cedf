"""`tre demo`: the whole journey on real input, without a browser."""
