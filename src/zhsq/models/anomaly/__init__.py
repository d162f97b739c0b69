"""Video anomaly: how windows of a picture move and look, against what is normal for this camera."""
