"""Rules at work: facts in, firings out. Pure and deterministic; it knows no store and no clock."""
