"""Fit a camera's normal model from normal video, and choose its settings on anomalies that are planted into it."""
