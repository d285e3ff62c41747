"""A realistic z/OS site that does not exist, written as a dump of any size and framing."""
