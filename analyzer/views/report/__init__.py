"""The report: servers, their clients, security sessions, and the query that leads there."""
