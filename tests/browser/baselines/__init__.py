"""Baselines in the browser."""
