"""Choose what a run does from the data alone: the algorithm, the number of clusters, the radius."""
