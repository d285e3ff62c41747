"""Reusable objects: listed, made, changed, copied, deleted."""
