"""Bundles of our own that are part of the package: small, and there without a network."""

from __future__ import annotations

from pathlib import Path

from zhsq.models.bundle import Bundle

#: A folder per bundle, as `zhsq train` made it: copying its folder here is how another is shipped.
FOLDER = Path(__file__).parent / "shipped"


def shipped(name: str) -> Bundle:
    """A shipped bundle where it lies.

    Raises:
        BundleError: it is not shipped, or was touched.
    """
    return Bundle.load(FOLDER / name)


def unpack(name: str, store: Path) -> Bundle:
    """Put a shipped bundle into a store, as it is: the same address.

    Raises:
        BundleError: it is not shipped, or was touched.
    """
    source = shipped(name)
    return Bundle.build(source.spec, {file: source.path / file for file in source.spec.files}, store)
