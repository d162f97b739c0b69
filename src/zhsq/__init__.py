"""zhsq (智慧社区): benchmark, deploy and serve face, plate and anomaly models for residential estates, lawfully."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("zhsq")
except PackageNotFoundError:  # a source tree that was not installed
    __version__ = "0+unknown"
