"""Rules against the lives of connections: records in, messages and records out (pure)."""
