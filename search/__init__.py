"""Query, fusion, attributes, explanation, and evaluation of retrieval."""
