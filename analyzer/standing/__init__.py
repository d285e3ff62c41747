"""What runs by itself: watches, their deliveries, and the rows of scheduled exports."""
