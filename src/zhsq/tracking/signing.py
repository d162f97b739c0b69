"""Ed25519 (RFC 8032) signatures of promotion records: the key, and the keys that are trusted."""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from zhsq.errors import ZhsqError
from zhsq.workspace import workspace

#: Names a file or a folder of public keys (PEM) of others whose promotions are believed.
TRUSTED = "ZHSQ_PROMOTION_TRUSTED"


@dataclass(frozen=True)
class Signer:
    """A private key. `public` is its public half, 64 hex digits."""

    private: Ed25519PrivateKey

    @property
    def public(self) -> str:
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def sign(self, message: bytes) -> str:
        """The signature, 128 hex digits."""
        return self.private.sign(message).hex()


def fingerprint(public: str) -> str:
    """Short name of a public key: the first 16 hex digits of its sha256."""
    return sha256(bytes.fromhex(public)).hexdigest()[:16]


def is_signed(message: bytes, signature: str, public: str) -> bool:
    """Whether the signature is of this message by this key; False also for what is no signature or no key."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def signer() -> Signer:
    """The key at $ZHSQ_PROMOTION_KEY; else the workspace's own, made at first use, readable by its owner only.

    Raises:
        ZhsqError: the file is no Ed25519 key, can't be read, or others can read it.
    """
    path = workspace().promotion_key
    try:
        if not path.exists() and not os.environ.get("ZHSQ_PROMOTION_KEY"):
            _make(path)
        if os.name != "nt" and path.stat().st_mode & 0o077:
            raise ZhsqError(f"The signing key {path} can be read by others.", f"chmod 600 {path}")
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise ZhsqError(f"The signing key {path} can't be used: {error}", _HOW) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ZhsqError(f"The signing key {path} is no Ed25519 key.", _HOW)
    return Signer(key)


_HOW = "Make one: openssl genpkey -algorithm ed25519 -out FILE; chmod 600 FILE; export ZHSQ_PROMOTION_KEY=FILE"


def _make(path: Path) -> None:
    """A new key, and its public half beside it for others to trust. Two processes at once end with one key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    draft = path.with_suffix(f".{os.getpid()}")
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(text)
    try:
        os.link(draft, path)  # fails if another process was first, and its key is taken
    except FileExistsError:
        return
    finally:
        draft.unlink()
    path.with_suffix(".pub").write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def trusted() -> set[str]:
    """Public keys that are believed: the own one, if there is one, and those of $ZHSQ_PROMOTION_TRUSTED.

    Raises:
        ZhsqError: a file there is no Ed25519 public key.
    """
    found = {signer().public} if workspace().promotion_key.exists() else set()
    if place := os.environ.get(TRUSTED):
        path = Path(place).expanduser()
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            try:
                key = load_pem_public_key(file.read_bytes())
            except (OSError, ValueError) as error:
                raise ZhsqError(
                    f"{file} of {TRUSTED} can't be used: {error}", "It needs public keys as PEM."
                ) from error
            if not isinstance(key, Ed25519PublicKey):
                raise ZhsqError(f"{file} of {TRUSTED} is no Ed25519 key.", "It needs public keys as PEM.")
            found.add(key.public_bytes(Encoding.Raw, PublicFormat.Raw).hex())
    return found
