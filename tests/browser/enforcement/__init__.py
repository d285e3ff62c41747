"""Audit packs, in a real browser."""
