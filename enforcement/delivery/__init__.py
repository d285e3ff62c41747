"""Messages to syslog servers and rotating files: formats, transports, spool."""
