"""Secrets that must be read again (those of webhooks), encrypted under a key derived from the master key."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from zhsq.errors import ZhsqError

_NONCE = 12


class Sealer:
    """Encrypts and decrypts texts, each bound to the name of its owner.

    Args:
        master: the 32-byte master key.
        purpose: keeps the keys of two uses apart.
    """

    def __init__(self, master: bytes, purpose: str) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"zhsq {purpose} v1".encode()).derive(master)
        self._cipher = AESGCM(key)

    def seal(self, text: str, owner: str) -> bytes:
        """Encrypt; it can only be opened under the same owner."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text.encode(), owner.encode())

    def open(self, sealed: bytes, owner: str) -> str:
        """Decrypt.

        Raises:
            ZhsqError: it was changed, belongs to another owner, or the master key is another.
        """
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], owner.encode()).decode()
        except InvalidTag as error:
            raise ZhsqError(f"The secret of {owner} can't be read.", "Restore the master key.") from error
