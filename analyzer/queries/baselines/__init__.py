"""Baselines over the store: every rule once for each distinct protection, then summed."""
