"""The templates of estates under a ring of keys: written under the active key, read under whichever made them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from zhsq.errors import ZhsqError
from zhsq.models.graph import FloatArray
from zhsq.serve.security.key_provider import KeyProvider
from zhsq.serve.security.templates import TemplateGuard


@dataclass(frozen=True)
class Space:
    """The space that an estate's templates are compared in: that of the active key and the estate's salt.

    Attributes:
        key_id: of the key that protects what is written.
        name: tells two spaces apart; vectors of two spaces can't be compared.
        guard: rotates a probe into it.
    """

    key_id: str
    name: str
    guard: TemplateGuard


class TemplateKeys:
    """Guards by estate and key, made when they are needed: the provider is asked each time."""

    def __init__(self, provider: KeyProvider) -> None:
        self.provider = provider

    def space(self, salt: bytes) -> Space:
        """The present space of an estate, by its salt."""
        key_id = self.provider.ids()[0]
        name = f"{key_id}/{hashlib.sha256(salt).hexdigest()[:12]}"
        return Space(key_id, name, TemplateGuard(self.provider.secret(key_id), salt))

    def open(self, sealed: bytes, key_id: str, subject: str, salt: bytes, space: Space) -> FloatArray:
        """A stored template (d,) float32 in `space`, whichever key and salt protected it.

        Args:
            sealed: as stored.
            key_id: as stored; '' where it was written before keys had identifiers: any that fits.
            subject: whose it is.
            salt: that it was protected with.
            space: that it is wanted in.

        Raises:
            ZhsqError: the key is not at hand, or the template was changed or is another's.
        """
        guard = self._fitting(sealed, subject, salt) if not key_id else self._guard(key_id, salt)
        vector = guard.open(sealed, subject)
        if guard.same_space(space.guard):
            return vector
        return space.guard.rotate(guard.unrotate(vector))

    def protect(self, vector: FloatArray, subject: str, space: Space) -> bytes:
        """Encrypt a vector that is in `space` already."""
        return space.guard.seal(vector, subject)

    def _guard(self, key_id: str, salt: bytes) -> TemplateGuard:
        return TemplateGuard(self.provider.secret(key_id), salt)

    def _fitting(self, sealed: bytes, subject: str, salt: bytes) -> TemplateGuard:
        for key_id in self.provider.ids():
            guard = self._guard(key_id, salt)
            try:
                guard.open(sealed, subject)
            except ZhsqError:  # AES-GCM is authenticated: another key never opens it to something else
                continue
            return guard
        raise ZhsqError(f"The template of {subject} can't be read.", "Restore the key that protects it.")
