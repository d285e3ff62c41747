"""What settings change in the meaning of rules."""
