"""Where zhsq keeps what it makes: bundles, runs, Triton repositories, the serving store, caches."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True)
class Workspace:
    """Folders under one root; nothing is created until it is needed."""

    root: Path

    @property
    def bundles(self) -> Path:
        return self.root / "bundles"

    @property
    def mlflow_uri(self) -> str:
        return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{self.root / 'mlflow.db'}"

    @property
    def artifacts(self) -> Path:
        return self.root / "mlartifacts"

    @property
    def champions(self) -> Path:
        """Copies of the signed records of promotions, a folder a task."""
        return self.root / "champions"

    @property
    def promotion_key(self) -> Path:
        """The private key that signs them: $ZHSQ_PROMOTION_KEY, else one of the workspace's own."""
        return Path(os.environ.get("ZHSQ_PROMOTION_KEY") or self.root / "keys" / "promotion.pem").expanduser()

    @property
    def repository(self) -> Path:
        return self.root / "triton" / "repository"

    @property
    def database(self) -> Path:
        return self.root / "zhsq.db"

    def ensure(self) -> Workspace:
        self.root.mkdir(parents=True, exist_ok=True)
        return self


def workspace() -> Workspace:
    """The workspace at $ZHSQ_HOME, else `.zhsq` in the current folder."""
    return Workspace(Path(os.environ.get("ZHSQ_HOME") or ".zhsq").expanduser().resolve())


def cache_dir() -> Path:
    """The user's cache ($ZHSQ_CACHE, else the platform's place): weights, the Triton environment."""
    return Path(os.environ.get("ZHSQ_CACHE") or platformdirs.user_cache_dir("zhsq", appauthor=False)).expanduser()
