"""How rows are written: a room for each format, one list of them all."""
