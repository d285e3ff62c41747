"""The wizard, step by step."""
