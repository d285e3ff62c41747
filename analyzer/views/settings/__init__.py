"""Settings: systems, accounts and roles, API tokens, the audit log."""
