"""Reading runs and their verdicts."""
