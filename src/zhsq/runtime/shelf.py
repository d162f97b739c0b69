"""The bundles that a pointer names, packed beside it: a serving process needs the repository, and no more, to follow it.

A packed bundle is one tar file, since Triton takes every folder in its repository for a model. It is unpacked into the
workspace's store of bundles, and verified there to the last byte each time it is opened.
"""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
from pathlib import Path

from zhsq.errors import BundleError, ZhsqError
from zhsq.models.bundle import SPEC_FILE, Bundle
from zhsq.runtime.pointer import Deployment, own
from zhsq.workspace import workspace


def keep_bundle(repository: Path, bundle: Bundle) -> None:
    """Pack a bundle beside the pointer, whole or not at all; the same bundle is packed once.

    Raises:
        OSError: the disk is full, say.
    """
    target = _packed(repository, bundle.name, bundle.version, bundle.sha256)
    if target.exists():
        return
    draft = target.with_suffix(f".draft-{os.getpid()}")
    try:
        with tarfile.open(draft, "w") as archive:
            for name in (SPEC_FILE, *bundle.spec.files):
                archive.add(bundle.path / name, arcname=name, recursive=False)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def open_bundle(repository: Path, deployment: Deployment) -> Bundle:
    """The deployment's bundle, from the workspace's store, or unpacked into it.

    Raises:
        BundleError: it is missing, touched, or another one.
        ZhsqError: the store can't be written.
    """
    packed = _packed(repository, deployment.bundle, deployment.version, deployment.sha256)
    folder = workspace().bundles / _name(deployment.bundle, deployment.version, deployment.sha256)
    if not folder.is_dir():
        _unpack(packed, folder)
    bundle = Bundle.load(folder)
    if bundle.sha256 != deployment.sha256:
        raise BundleError(f"{folder} holds {bundle.sha256[:12]}, not {deployment}.", "Remove it.")
    return bundle


def _unpack(packed: Path, folder: Path) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    except OSError as error:
        raise ZhsqError(f"{folder.parent} can't be written: {error.strerror}.", "Set ZHSQ_HOME elsewhere.") from error
    try:
        with tarfile.open(packed) as archive:
            archive.extractall(draft, filter="data")
        draft.chmod(0o755)  # mkdtemp makes it private; a serving user must read it
        draft.rename(folder)
    except (OSError, tarfile.TarError) as error:
        if not folder.is_dir():  # else another process was faster
            raise BundleError(f"{packed} can't be unpacked: {error}", "Deploy the bundle again.") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _packed(repository: Path, name: str, version: str, sha256: str) -> Path:
    return own(repository, f"bundle-{_name(name, version, sha256)}.tar")


def _name(name: str, version: str, sha256: str) -> str:
    return f"{name}-{version}-{sha256[:12]}"
