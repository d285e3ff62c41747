"""Baselines as data: what a standard demands of a session, rule by rule, with its clause."""
