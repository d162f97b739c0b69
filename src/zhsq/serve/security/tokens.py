"""Tokens of an OpenID Connect issuer: JWTs (RFC 7519) checked with the keys that the issuer publishes."""

from __future__ import annotations

import hashlib
import threading
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt

from zhsq.errors import ZhsqError
from zhsq.serve.problems import ProblemError
from zhsq.serve.security.keys import Caller, check_role
from zhsq.serve.settings import Settings

#: Clocks of issuer and API may differ by so many seconds.
LEEWAY = 30
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Tokens:
    """Checks tokens: signature, issuer, audience, times; then role and estate by claims of the issuer's.

    Args:
        settings: of the app, with an issuer.
        cooldown: seconds between two looks for a key that is not known, so that made-up tokens don't press the issuer.

    Raises:
        ZhsqError: the issuer's keys would come over a line that anyone can change.
    """

    def __init__(self, settings: Settings, cooldown: float = 30.0) -> None:
        self._settings, self._cooldown = settings, cooldown
        self._lock = threading.Lock()
        self._keys: jwt.PyJWKClient | None = None
        for url in filter(None, (settings.oidc_issuer, settings.oidc_jwks_url)):
            _secure(url)

    def caller(self, token: str) -> Caller:
        """The caller that a token speaks for.

        Raises:
            ProblemError: the token is not valid, or gives no role; or the issuer's keys can't be had.
        """
        try:
            key = self._client().get_signing_key_from_jwt(token)
            claims = jwt.decode(
                token,
                key,
                algorithms=list(self._settings.oidc_algorithms),
                audience=self._settings.oidc_audience,
                issuer=self._settings.oidc_issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
        except jwt.PyJWKClientConnectionError as error:
            raise ProblemError("identity-unavailable", "The issuer's keys can't be had.") from error
        except jwt.PyJWTError as error:
            raise ProblemError("unauthorized", "The token is not valid: {reason}", reason=error) from error
        return self._of(claims)

    def _of(self, claims: dict[str, Any]) -> Caller:
        role, estate = claims.get(self._settings.oidc_role_claim), claims.get(self._settings.oidc_estate_claim)
        if not isinstance(role, str) or not isinstance(estate, str | None):
            raise ProblemError(
                "unauthorized",
                "The token gives no role in {claim!r}.",
                claim=self._settings.oidc_role_claim,
            )
        try:
            check_role(role, estate)
        except ZhsqError as error:
            raise ProblemError(
                "unauthorized", "The token's role can't be used: {reason}", reason=error.message
            ) from error
        # The subject is the issuer's own, of any length: its digest tells callers apart in limits and audit.
        digest = hashlib.sha256(claims["sub"].encode()).hexdigest()
        return Caller(digest[:32], f"token {claims['sub'][:80]}", role, estate or None)

    def _client(self) -> jwt.PyJWKClient:
        with self._lock:
            if self._keys is None:  # at the first token: the API starts when the issuer is down, too
                url = self._settings.oidc_jwks_url or self._discover()
                self._keys = jwt.PyJWKClient(url, timeout=5, cooldown_duration=self._cooldown)
            return self._keys

    def _discover(self) -> str:
        issuer = self._settings.oidc_issuer
        try:
            answer = httpx.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration", timeout=5).raise_for_status()
            described = answer.json()
            if described["issuer"] != issuer:
                raise ProblemError("identity-unavailable", "The issuer's own description names another issuer.")
            return _secure(described["jwks_uri"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise ProblemError("identity-unavailable", "The issuer's description can't be had.") from error


def _secure(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise ZhsqError(f"{url!r} is not https.", "Take the issuer's https address: its keys decide who gets in.")
    return url
