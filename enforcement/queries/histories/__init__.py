"""Reading exact runs and what they found."""
