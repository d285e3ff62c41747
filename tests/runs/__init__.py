"""Runs over history, in a real store."""
