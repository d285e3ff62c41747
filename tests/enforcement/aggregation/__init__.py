"""Tests of aggregation; pure."""
