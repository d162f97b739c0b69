"""Experiment files, and fitting models from them."""
