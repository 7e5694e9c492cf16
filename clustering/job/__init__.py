"""The clustering job, from reading the catalogue to the active run."""
