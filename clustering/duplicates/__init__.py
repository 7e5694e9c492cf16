"""Parts entered twice."""
