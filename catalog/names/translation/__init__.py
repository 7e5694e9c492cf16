"""Names in the other language."""
