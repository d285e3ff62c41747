"""What a rule set would have done to the days in the store."""
