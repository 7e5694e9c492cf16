"""From vectors to the space that is clustered."""
