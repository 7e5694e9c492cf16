"""The clusterers, one algorithm a file; ``clustering.algorithms.registry`` finds them by name."""
