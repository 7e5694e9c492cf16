"""The core: what a part is, names, images, tables, fetching, embedding, store, settings, errors."""

__version__ = "0.1.0"
