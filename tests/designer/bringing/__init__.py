"""Policies on their way in: files, and what records propose."""
