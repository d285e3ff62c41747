"""Tests of the rule language; pure."""
