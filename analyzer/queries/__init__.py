"""Reads of the analyzer: the only place that filters."""
