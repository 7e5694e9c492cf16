"""The demo catalogue: drawn parts in photo-like scenes, bilingual names, and a guided run."""
