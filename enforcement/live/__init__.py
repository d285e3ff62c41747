"""The engine on records as they come; what it knows survives a kill."""
