"""Back-up and restore of the store: one file for either database, and into either."""
