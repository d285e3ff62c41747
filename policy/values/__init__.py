"""Values that rules are made of; each is checked when it is made."""
