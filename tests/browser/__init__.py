"""Journeys through the pages with a real browser, web process and worker."""
