"""Filters, one small object each: its name in the address, how it is read, its words, its SQL."""
