"""Cut the part out of its photo."""
