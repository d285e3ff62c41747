"""What checks are told of stacks and of the store."""
