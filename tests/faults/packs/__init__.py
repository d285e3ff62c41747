"""Audit packs whose workers are killed."""
