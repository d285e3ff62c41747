"""Audit packs: order one, see how far it is, take it away."""
