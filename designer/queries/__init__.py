"""Reads of the designer: the only place that filters."""
