"""Data on their way out: what goes by age, by days or altogether, and what is left behind."""
