"""The runs of a catalogue: kept, numbered, decided about, written back."""
