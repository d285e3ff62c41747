"""How much the pages weigh."""
