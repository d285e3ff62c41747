"""Workers of runs over history that are killed."""
