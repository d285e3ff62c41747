"""Messages on their way out: targets that are allowed, what is said, mail and webhook."""
