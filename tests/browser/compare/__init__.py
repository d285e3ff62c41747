"""Compare in a browser."""
