"""The documentation site: pages gathered and generated, then built by Zensical (``make docs``)."""
