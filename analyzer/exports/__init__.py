"""Rows that are taken away: CSV of every table, JSON lines of sessions."""
