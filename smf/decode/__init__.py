"""Records in a byte buffer to columns, vectorised; Python objects only for what is distinct."""
