"""Formats of files that several apps write."""
