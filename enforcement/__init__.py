"""What rules do to connections: on recorded histories, on a live feed, and in a pipeline."""
