"""What the algorithms compute with: checked rows, distances, centres, threads, devices."""
