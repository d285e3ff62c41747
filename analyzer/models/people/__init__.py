"""People: what they may do, their tokens, how they like their tables."""
