"""The cluster of a new part."""
