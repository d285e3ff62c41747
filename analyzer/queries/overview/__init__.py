"""Reads of the overview: all of it from the roll-up by day, in a few grouped statements."""
