"""Pages of exact runs."""
