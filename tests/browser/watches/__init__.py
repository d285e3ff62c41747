"""Watches and scheduled exports in the browser."""
