"""Embedders: they turn views or names into vectors. ``contract`` says how, ``registry`` by what name."""
