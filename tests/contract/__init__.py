"""What the API promises, asked by a tool that knows only its description."""
