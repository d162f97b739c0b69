"""Public data sets: a registry with cards, download and verification, loaders. No data live in the repository."""
