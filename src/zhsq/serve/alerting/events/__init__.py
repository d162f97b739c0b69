"""Events of an estate's systems: the envelope, a typed payload per kind, and adapters for cameras that speak otherwise."""
