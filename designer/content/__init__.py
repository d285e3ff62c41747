"""What a draft says, as plain values: read from rows, from programs, from a backup alike."""
