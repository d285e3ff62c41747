"""Records and histories that enforcement is tested with."""
