"""Comparing details and summaries."""
