"""What comes in, where from, and what goes again."""
