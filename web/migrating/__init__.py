"""Migrations: what Django lacks."""
