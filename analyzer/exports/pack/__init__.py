"""What is inside an audit pack, how it is written, and how one is checked."""
