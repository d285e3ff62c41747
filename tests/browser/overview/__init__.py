"""The overview in a browser."""
