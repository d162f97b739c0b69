"""The gates between a run and the alias `champion`: what is asked (YAML), what was found, and the outcome of each."""
