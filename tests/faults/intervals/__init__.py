"""Interval records whose makers are killed."""
