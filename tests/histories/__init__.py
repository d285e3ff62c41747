"""Exact runs over the connection records in the store."""
