"""What every address of the API has in common: its gate, its errors, its description."""
