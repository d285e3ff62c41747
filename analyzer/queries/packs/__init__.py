"""Reads behind audit packs."""
