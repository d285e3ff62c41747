"""Reads behind the cryptography bill of materials."""
