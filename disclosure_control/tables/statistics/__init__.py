"""What each cell of a table is made of, asked of the engine that holds the frame."""
