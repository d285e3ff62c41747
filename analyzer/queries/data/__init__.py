"""Reads behind Data Management."""
