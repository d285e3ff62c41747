"""What the site chooses for all its policies."""
