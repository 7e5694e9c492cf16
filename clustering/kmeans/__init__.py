"""k-means at size: sweeps for many sets of centres at once, grids of k, engines."""
