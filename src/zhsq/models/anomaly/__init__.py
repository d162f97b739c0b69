"""Video anomaly: motion features per window, scored against what is normal for this camera."""
