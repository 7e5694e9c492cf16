"""How well a catalogue finds."""
