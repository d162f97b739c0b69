"""Settings of the API, from the environment (prefix ZHSQ_SERVE_) or given."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from zhsq.errors import ZhsqError
from zhsq.runtime.endpoints import from_environment
from zhsq.runtime.load import RuntimeSettings
from zhsq.serve.security.key_provider import EnvironmentKeys, FileKeys, KeyProvider, plugged
from zhsq.workspace import workspace


class Settings(BaseSettings):
    """Where the API listens, what it stores to, which bundles it runs and where."""

    model_config = SettingsConfigDict(env_prefix="ZHSQ_SERVE_", frozen=True, populate_by_name=True)

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    #: SQLAlchemy URL, from $ZHSQ_DATABASE_URL; SQLite in the workspace when empty.
    database_url: str = Field(default="", validation_alias="ZHSQ_DATABASE_URL")
    runtime: Literal["onnx", "triton"] = "onnx"
    #: gRPC address of Triton, host:port; several are separated by commas. $ZHSQ_TRITON_URLS when not given.
    triton_url: str = Field(default_factory=lambda: ",".join(from_environment()) or "127.0.0.1:8001")
    #: The repository that Triton serves, as seen from here: its pointer is followed. The workspace's own when not given.
    triton_repository: Path | None = None
    #: Seconds that one request to Triton may take; failures in a row after which an endpoint is left alone, and for how long.
    triton_timeout_s: float = Field(default=10.0, gt=0)
    breaker_failures: int = Field(default=2, ge=1)
    breaker_cool_down_s: float = Field(default=1.0, gt=0)
    #: 'onnx' runs the same bundle in this process while Triton fails; empty answers 503 meanwhile.
    fallback: Literal["", "onnx"] = ""
    #: Bundles by name, name@version or path; empty takes the task's default.
    face_bundle: str = ""
    plate_bundle: str = ""
    #: 64 hex digits, or several such separated by commas, the active one first; when empty: lines of `master.key` in the
    #: workspace, which is made.
    master_key: str = ""
    #: 'file', 'environment' (`master_key`), or the name of an entry point of the group `zhsq.key_providers` (a KMS);
    #: empty takes `master_key` when it is given, else the file.
    key_provider: str = ""
    #: Days that records are kept once they have ended (`zhsq jobs run`). Proof of consent and of erasure: as long as
    #: records of processing must be (Personal Information Protection Law of China, article 56: three years).
    retain_consents_days: int = Field(default=1095, ge=1)
    retain_receipts_days: int = Field(default=1095, ge=1)
    retain_invitations_days: int = Field(default=30, ge=0)
    retain_permits_days: int = Field(default=30, ge=0)
    retain_events_days: int = Field(default=90, ge=1)
    retain_alerts_days: int = Field(default=365, ge=1)
    retain_pictures_days: int = Field(default=30, ge=1)
    #: How long a picture of an alert is kept as it came, beside the one with faces hidden. 0: it is not stored at all.
    evidence_original_hours: int = Field(default=0, ge=0, le=720)
    #: 64 hex digits that sign the audit's head; read from, or made in, `audit.key` of the workspace when empty.
    audit_key: str = ""
    #: Of one picture, and of all pictures in one request of several.
    max_upload_bytes: int = Field(default=8_000_000, ge=1)
    max_batch_bytes: int = Field(default=32_000_000, ge=1)
    #: What `zhsq calibrate --json` wrote on this site's own photos; without it, 1:N thresholds are a guess (see
    #: `zhsq.serve.matching.operating_point`).
    calibration: Path | None = None
    #: Share of strangers who may be named as someone, where there is no calibration; the guess errs to the strict side.
    identify_fpir: float = Field(default=0.02, gt=0, lt=1)
    #: Lead of the best over the second best person that a match in 1:N needs (cosine).
    identify_margin: float = Field(default=0.02, ge=0)
    #: Lead of the best over the second best plate that a match needs (nats).
    plate_margin: float = Field(default=1.0, ge=0)

    #: A file of alert rules, followed while it runs; the packaged ones when not given.
    rules: Path | None = None
    #: How late an event may come, seconds; windows of rules are kept in memory so much longer.
    events_late_s: float = Field(default=3600, gt=0, le=30 * 86_400)
    #: Let targets of alerts be plain http beyond this machine: only on a line that is protected otherwise.
    webhooks_plain_http: bool = False
    #: Events are also taken from this broker of MQTT 5 when it is given: mqtts://HOST[:PORT], or mqtt:// to this machine.
    mqtt_url: str = ""
    mqtt_username: str = ""
    mqtt_password: SecretStr = SecretStr("")
    #: PEM: what the broker's certificate is checked against (the system's own when empty), and ours where it wants one.
    mqtt_ca: Path | None = None
    mqtt_certificate: Path | None = None
    mqtt_certificate_key: Path | None = None
    #: Let mqtt:// go beyond this machine: only on a line that is protected otherwise.
    mqtt_plain: bool = False
    #: The broker keeps what comes meanwhile under this name: the same after each restart, and each process its own.
    mqtt_client_id: str = Field(default="zhsq", pattern=r"^[A-Za-z0-9._-]{1,64}$")
    #: Processes of one group share the messages; without one, each gets all.
    mqtt_group: str = Field(default="", pattern=r"^[A-Za-z0-9_-]*$")
    #: For so long the broker keeps what comes while this process is away.
    mqtt_session_s: int = Field(default=7 * 86_400, ge=60, lt=2**32 - 1)
    #: Speak GA/T 1400 to platforms above. Without it no such target can be made, and nothing goes to one that is there.
    gat1400: bool = False
    #: Tokens of an OpenID Connect issuer are taken beside API keys when this is its URL ('iss').
    oidc_issuer: str = ""
    #: What a token must be for ('aud').
    oidc_audience: str = "zhsq"
    #: Where the issuer's keys are; by the issuer's discovery document when empty.
    oidc_jwks_url: str = ""
    #: Signatures that are taken; none of a shared secret, whatever a token says of itself.
    oidc_algorithms: tuple[Literal["RS256", "PS256", "ES256", "ES384", "EdDSA"], ...] = ("RS256", "PS256", "ES256")
    oidc_role_claim: str = "zhsq_role"
    oidc_estate_claim: str = "zhsq_estate"
    #: Calls that one caller may make; in the words of the library `limits`.
    rate_limit: str = "60000/minute"
    #: Wrong keys and tokens from one address, after which it waits.
    failure_limit: str = "20/minute"
    #: Requests under way at once; more are answered 503, to come back later.
    max_in_flight: int = Field(default=128, ge=1)
    #: Pixels of pictures that requests under way may have decoded, three bytes each; more wait up to 10 s, then get 503.
    max_pixels: int = Field(default=200_000_000, ge=1)

    @property
    def url(self) -> str:
        """The database's SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{workspace().ensure().database}"

    @property
    def repository(self) -> Path:
        """Where the pointer of what is deployed lies."""
        return self.triton_repository or workspace().repository / "python"

    @property
    def mqtt_refused(self) -> Path:
        """Where messages that were not taken are noted; each process its own file."""
        return workspace().ensure().root / f"mqtt-refused-{self.mqtt_client_id}.jsonl"

    def runtime_settings(self) -> RuntimeSettings:
        return RuntimeSettings(
            kind=self.runtime,
            triton_url=self.triton_url,
            timeout_s=self.triton_timeout_s,
            breaker_failures=self.breaker_failures,
            breaker_cool_down_s=self.breaker_cool_down_s,
            fallback=self.fallback == "onnx",
        )

    def keys(self) -> KeyProvider:
        """The keys that templates are protected with.

        Raises:
            ZhsqError: they can't be read, or no package brings the provider that is named.
        """
        if self.key_provider not in ("", "file", "environment"):
            return plugged(self.key_provider)
        if self.key_provider == "environment" or (self.master_key and not self.key_provider):
            return EnvironmentKeys(self.master_key)
        keys = FileKeys(workspace().ensure().root / "master.key")
        keys.ids()  # makes the file, or says at once what is wrong with it
        return keys

    def audit_secret(self) -> bytes:
        """The 32 bytes that sign the audit's head; with SQLite made once, readable by the owner alone.

        Raises:
            ZhsqError: it is not 64 hex digits; or it would be made anew for a database that others may write to.
        """
        if not self.audit_key and not self.url.startswith("sqlite") and not (workspace().root / "audit.key").exists():
            raise ZhsqError(
                "There is no key to sign the audit with, and the database may be another process's, too.",
                "Give all of them one ZHSQ_SERVE_AUDIT_KEY; `openssl rand -hex 32` makes it.",
            )
        return _secret(
            self.audit_key, "audit.key", "Restore it: without it the audit's head can't be told from a forged one."
        )


def _secret(text: str, name: str, hint: str) -> bytes:
    if not text:
        path = workspace().ensure().root / name
        _make_secret(path)
        text = path.read_text().strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ZhsqError(f"The secret {name} is not 64 hex digits.", hint)
    return key


def _make_secret(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as stream:
        stream.write(secrets.token_hex(32))
