"""The web pages of the analyzer: gate, form, one read or one write, render."""
