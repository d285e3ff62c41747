"""Tests of the forms a policy comes in, and of the files beside it."""
