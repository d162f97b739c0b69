"""Runs in MLflow, their plots, the gates before `champion`, and runs compared. Import of MLflow is lazy."""
