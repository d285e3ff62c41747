"""Posted feeds with every process real, and what kills of each of them leave."""
