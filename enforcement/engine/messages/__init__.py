"""What the stack says: exact texts as data, and the values that they are filled with."""
