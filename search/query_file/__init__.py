"""A file of queries in, a table of hits out."""
