"""Who runs the maker of points."""
