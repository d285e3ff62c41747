"""Dumps on their way into the store."""
