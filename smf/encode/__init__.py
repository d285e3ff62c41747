"""Values into SMF 119 records of subtypes 11 and 12, and records into dumps of any framing."""
