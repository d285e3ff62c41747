"""One connection of an exact run: where it is, and each decision about it."""
