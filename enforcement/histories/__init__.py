"""Exact runs: rules against the connection records in the store, one by one in their order."""
