"""What the pages of the analyzer take in."""
