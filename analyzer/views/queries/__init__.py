"""Pages of saved queries: the list, the builder, files."""
