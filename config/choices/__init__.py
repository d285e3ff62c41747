"""What a site chooses for one part of the product, read from the environment."""
