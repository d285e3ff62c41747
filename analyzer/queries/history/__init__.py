"""Distinct sessions as columns, for whoever judges them by rules."""
