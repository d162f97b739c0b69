"""Models as bundles: pre-processing, network, post-processing per family, and the zoo they are built from."""
