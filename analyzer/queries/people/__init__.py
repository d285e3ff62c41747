"""What is kept of people: their sign-ins, their tokens, how they like their tables."""
