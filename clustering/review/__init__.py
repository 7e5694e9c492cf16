"""Checking and correcting the groups."""
