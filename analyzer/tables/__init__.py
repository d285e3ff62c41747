"""Columns and labels of every table: the screen, the CSV and the API share them."""
