"""The API: matching of faces and plates, events and alerts. Imports neither torch, MLflow nor any research code."""
