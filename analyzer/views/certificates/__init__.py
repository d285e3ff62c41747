"""Certificates: the inventory with its time-line, and one certificate with who uses it."""
