"""The overview: the first page, where people would rather look than read."""
