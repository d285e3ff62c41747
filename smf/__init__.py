"""Bytes to zERT records and back: SMF 119 subtypes 11 and 12. Pure: no Django, clock, network."""
