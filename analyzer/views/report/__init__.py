"""The report: servers, their clients, security sessions."""
