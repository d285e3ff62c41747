"""The live feed with real processes: follow and rsyslogd, and what kills of either leave."""
