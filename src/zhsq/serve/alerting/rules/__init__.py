"""Rules over events: their schema, the YAML they are written in, and the file that is followed."""
