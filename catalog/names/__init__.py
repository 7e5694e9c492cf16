"""What a name says: cleaned form, tokens, translation, attributes."""
