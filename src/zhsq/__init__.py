"""zhsq (智慧社区): benchmark, deploy and serve face, plate and anomaly models for residential estates, lawfully."""

#: Read from the package's metadata when it is asked for: that takes longer than a rollback may wait.
__version__: str


def __getattr__(name: str) -> str:
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("zhsq")
    except PackageNotFoundError:  # a source tree that was not installed
        return "0+unknown"
