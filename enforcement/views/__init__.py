"""Pages of enforcement: runs over history and what they found."""
