"""The clusterers, one algorithm a file; ``clustering.registry`` finds them by name."""
