"""The demo catalogue: drawn scenes, bilingual names, and the guided run over everything."""
