"""Tables of what runs by itself."""
