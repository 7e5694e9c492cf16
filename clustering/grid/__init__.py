"""Many plans compared on the same parts."""
