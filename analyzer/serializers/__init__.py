"""What goes out as JSON and what comes in: shapes for the REST interface and for JSON lines."""
