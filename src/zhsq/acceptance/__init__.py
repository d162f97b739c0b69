"""The joint acceptance of an estate: what its class requires against what is connected, measured and kept."""
