"""Certificates in use: the inventory, when they end, and who uses one of them."""
