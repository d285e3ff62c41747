"""Tests of enforcement; pure."""
