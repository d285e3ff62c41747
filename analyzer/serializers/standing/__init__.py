"""Shapes of what runs by itself."""
