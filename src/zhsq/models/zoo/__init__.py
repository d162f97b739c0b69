"""Weights with their source, licence and sha256, and the recipes that turn them into bundles."""
