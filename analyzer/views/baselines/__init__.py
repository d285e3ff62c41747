"""Baselines: how well the traffic keeps to a standard, rule by rule, and the site's own."""
