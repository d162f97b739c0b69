"""Evaluation protocols: one protocol is one frozen config and one pure function to one typed report."""
