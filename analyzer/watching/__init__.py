"""Folders whose new dumps are imported as they land."""
