"""Policies for programs: the same checks as on the pages."""
