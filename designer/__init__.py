"""The designer: people's work on rule sets, from objects and drafts to the policy file."""
