"""Interval records made of the store."""
