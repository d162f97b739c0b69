"""Training of the plate locator on synthetic scenes alone: scenes, networks, Lightning modules, fit."""
