"""Views: decoding, preparation, fetching."""
