"""Reads behind what runs by itself: what is due, what a person may see, what a query finds."""
