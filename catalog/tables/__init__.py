"""Tables as they come, read row by row."""
