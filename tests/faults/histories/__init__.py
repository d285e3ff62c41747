"""Exact runs whose workers are killed."""
