"""Data Management: imports, history, rejected records, the database."""
