"""Models: what a fitted model shows, and whether it shows too much of few people."""
