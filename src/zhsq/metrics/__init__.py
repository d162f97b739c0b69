"""Metrics: pure functions on numpy arrays, each with the source of its formula."""
