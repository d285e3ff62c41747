"""Reads of the roll-ups: a span of days as the few blocks that cover it, and days beside them."""
