"""Matching against what an estate registered: faces of enrolled people."""
