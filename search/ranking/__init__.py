"""Which parts compete, and what their similarities are worth."""
