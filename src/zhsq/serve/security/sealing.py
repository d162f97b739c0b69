"""What must be read again (secrets of webhooks, kept answers, cursors, pictures), encrypted under a key derived from a master key."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from zhsq.errors import ZhsqError
from zhsq.serve.security.key_provider import KeyProvider

#: Purpose of the secrets that sign webhooks.
WEBHOOKS = "webhook secrets"
#: Purpose of pictures that were attached to alerts.
EVIDENCE = "pictures of evidence"
#: Purpose of answers that are kept for a day, and of the places in lists that callers hold.
ANSWERS, CURSORS = "kept answers", "cursors"
_NONCE = 12


class Sealer:
    """Encrypts and decrypts texts and bytes, each bound to the name of its owner and marked with the key that protects it.

    Args:
        keys: the ring of master keys; the active one seals, the others open.
        purpose: keeps the keys of two uses apart.
    """

    def __init__(self, keys: KeyProvider, purpose: str) -> None:
        self._keys, self._purpose = keys, f"zhsq {purpose} v1".encode()

    def seal(self, text: str, owner: str) -> bytes:
        """Encrypt a text under the active key; it can only be opened under the same owner."""
        return self.seal_bytes(text.encode(), owner)

    def open(self, sealed: bytes, owner: str) -> str:
        """Decrypt a text.

        Raises:
            ZhsqError: it was changed, belongs to another owner, or its master key is not at hand.
        """
        return self.open_bytes(sealed, owner).decode()

    def seal_bytes(self, data: bytes, owner: str) -> bytes:
        """As `seal`."""
        key_id, nonce = self._keys.ids()[0], os.urandom(_NONCE)
        return key_id.encode() + b":" + nonce + self._cipher(key_id).encrypt(nonce, data, owner.encode())

    def open_bytes(self, sealed: bytes, owner: str) -> bytes:
        """As `open`."""
        marked, _, rest = sealed.partition(b":")
        try:
            cipher = self._cipher(marked.decode())
            return cipher.decrypt(rest[:_NONCE], rest[_NONCE:], owner.encode())
        except (InvalidTag, ValueError) as error:
            raise ZhsqError(f"The secret of {owner} can't be read.", "Restore the master key.") from error

    def stale(self, sealed: bytes) -> bool:
        """Whether another key than the active one protects it."""
        return not sealed.startswith(self._keys.ids()[0].encode() + b":")

    @staticmethod
    def key_of(sealed: bytes) -> str:
        """The identifier of the key that protects it."""
        return sealed.partition(b":")[0].decode()

    def _cipher(self, key_id: str) -> AESGCM:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=self._purpose)
        return AESGCM(derived.derive(self._keys.secret(key_id)))
