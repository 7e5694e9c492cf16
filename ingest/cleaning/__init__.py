"""From a table's row to a part."""
