"""Fit a camera's normal model from normal video, and choose its settings on anomalies that are planted into it."""

from zhsq.training.anomaly.fit import Source, fit, fit_frames

__all__ = ["Source", "fit", "fit_frames"]
