"""Benchmarks: run a bundle's pipeline over a data set and hand the scores to a protocol."""
