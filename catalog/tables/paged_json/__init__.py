"""Paged JSON interfaces."""
