"""zERT aggregation: connections (subtype 11) to security sessions (subtype 12); pure."""
