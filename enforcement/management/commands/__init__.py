"""Commands: `manage.py <name>`."""
