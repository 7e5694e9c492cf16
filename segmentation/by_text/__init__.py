"""Segmenters that are told by text what to look for."""
