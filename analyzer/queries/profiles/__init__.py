"""Baselines as conditions: rules to SQL, and the filter that asks for what breaks them."""
