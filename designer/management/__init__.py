"""Commands of the designer."""
