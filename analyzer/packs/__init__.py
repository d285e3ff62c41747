"""Audit packs: ordering one, working on one, letting it go. Each leaves an audit entry."""
