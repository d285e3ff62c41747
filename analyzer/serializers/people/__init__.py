"""Shapes of people and their accounts."""
