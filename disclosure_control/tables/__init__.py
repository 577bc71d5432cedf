"""Tables: what each cell is made of, whether it may be shown, and what else must go so that it stays hidden."""
