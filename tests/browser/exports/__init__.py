"""Taking rows away, in a real browser."""
