"""Workers killed while they watch, send and export."""
