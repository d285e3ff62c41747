"""The documents of the product, shown inside it."""
