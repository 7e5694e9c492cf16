"""Group the catalogue: features, clusterers, scores, labels, write-back, review and report."""
