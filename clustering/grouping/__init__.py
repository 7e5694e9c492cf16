"""From features to labels: the neighbour graph, the space, placing."""
