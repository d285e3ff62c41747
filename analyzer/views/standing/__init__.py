"""Pages of what runs by itself: watches, and exports on a schedule."""
