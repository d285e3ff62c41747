"""Interval records (subtype 12) made of the connection records (subtype 11) in the store."""
