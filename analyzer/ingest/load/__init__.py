"""One batch of decoded columns into the store, in one transaction."""
