"""Live feeds: records in, messages and the state of things out."""
