"""Live feeds and the store: records on their way in, and what comes of them."""
