"""What a checker sees of a file: made from its rebuilt bytes alone; nothing of it is run, and nothing is trusted."""
