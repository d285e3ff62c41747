"""What people fill in when they design rule sets."""
