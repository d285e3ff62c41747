"""The pages of the designer."""
