"""Journeys through the columns of tables."""
