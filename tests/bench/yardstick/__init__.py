"""The yardstick site: 10 stacks, 30,000 security sessions, half hours of 90 days."""
