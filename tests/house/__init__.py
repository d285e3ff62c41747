"""Tests about the repository itself; they read files and start no server."""
