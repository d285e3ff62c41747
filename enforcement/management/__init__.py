"""Commands of enforcement."""
