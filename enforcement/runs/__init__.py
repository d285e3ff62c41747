"""Runs over history: starting one, working on one, its end. Each leaves an audit entry."""
