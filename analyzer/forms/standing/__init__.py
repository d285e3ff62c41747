"""Forms of what runs by itself."""
