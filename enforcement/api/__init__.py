"""What programs do with enforcement: the same as its pages."""
