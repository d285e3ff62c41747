"""Tests of Zertify."""
