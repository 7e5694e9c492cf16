"""What the clusters are called and what they are."""
