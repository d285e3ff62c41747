"""Baselines: what they find, and those of the site, which can be changed."""
