"""Queries as people write them, and what they are compared by."""
