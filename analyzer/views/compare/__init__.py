"""Compare: two periods or two systems, and what became of each row."""
