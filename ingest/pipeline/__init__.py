"""The stages between a table's row and its point."""
