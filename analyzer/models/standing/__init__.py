"""What runs by itself: watches with their runs and deliveries, exports on a schedule."""
