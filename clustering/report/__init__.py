"""A run as people look at it: one self-contained HTML page, and its pictures as PNG files."""
