"""Journeys through the queries."""
