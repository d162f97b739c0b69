"""Protect face templates: an orthogonal rotation keyed per estate, then AES-GCM at rest (ISO/IEC 24745).

Rotation keeps cosine similarity within an estate. Scores across two estates tell nothing of who is who, which
`benchmarks/template_unlinkability.py` measures; a new salt revokes what leaked. What rotation does not withstand: who holds decrypted templates of two estates, and knows for a few people
which two belong together, can solve for the matrix between the estates and link the others (orthogonal Procrustes:
Schönemann 1966; the benchmark shows it). That is why templates are encrypted, too.
"""

from __future__ import annotations

import os
from functools import lru_cache

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from zhsq.errors import ZhsqError
from zhsq.models.graph import FloatArray

NONCE = 12


class TemplateGuard:
    """Rotates, encrypts and decrypts the templates of one estate.

    Args:
        master: the 32-byte master key.
        salt: the estate's own.
    """

    def __init__(self, master: bytes, salt: bytes) -> None:
        self._rotation_key = _derive(master, salt, b"zhsq template rotation v1")
        self._cipher = AESGCM(_derive(master, salt, b"zhsq template encryption v1"))

    def rotate(self, vector: FloatArray) -> FloatArray:
        """The protected vector (d,) float32; dot products of two protected vectors are those of the originals."""
        rotated: FloatArray = (_rotation(self._rotation_key, len(vector)) @ vector.astype(np.float64)).astype(
            np.float32
        )
        return rotated

    def unrotate(self, rotated: FloatArray) -> FloatArray:
        """The vector (d,) float32 that was protected; only who holds the key can do this."""
        vector: FloatArray = (_rotation(self._rotation_key, len(rotated)).T @ rotated.astype(np.float64)).astype(
            np.float32
        )
        return vector

    def same_space(self, other: TemplateGuard) -> bool:
        """Whether vectors that both protect can be compared: same master key and salt."""
        return self._rotation_key == other._rotation_key

    def seal(self, rotated: FloatArray, subject: str) -> bytes:
        """Encrypt a protected vector; it can only be opened under the same subject's identifier."""
        nonce = os.urandom(NONCE)
        return nonce + self._cipher.encrypt(nonce, rotated.astype("<f4").tobytes(), subject.encode())

    def open(self, sealed: bytes, subject: str) -> FloatArray:
        """Decrypt a protected vector.

        Raises:
            ZhsqError: it was changed, belongs to another subject, or the key is another.
        """
        try:
            plain = self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], subject.encode())
        except InvalidTag as error:
            raise ZhsqError(f"The template of {subject} can't be read.", "Restore the key that protects it.") from error
        return np.frombuffer(plain, dtype="<f4").astype(np.float32)


def _derive(master: bytes, salt: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=purpose).derive(master)


@lru_cache(maxsize=64)
def _rotation(key: bytes, size: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """A random orthogonal matrix: QR of normal numbers (Stewart 1980) drawn from AES-CTR under the key."""
    count = size * size
    stream = Cipher(algorithms.AES(key), modes.CTR(bytes(16))).encryptor().update(bytes(16 * count))
    uniform = (np.frombuffer(stream, dtype="<u8").astype(np.float64) + 0.5) / 2.0**64
    normal = np.sqrt(-2 * np.log(uniform[:count])) * np.cos(2 * np.pi * uniform[count:])  # Box-Muller
    q, r = np.linalg.qr(normal.reshape(size, size))
    return np.asarray(q * np.sign(np.diag(r)))
