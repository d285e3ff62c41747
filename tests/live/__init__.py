"""Live feeds with the store: posts, the worker's service as a process, messages, pages."""
