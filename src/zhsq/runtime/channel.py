"""Open a gRPC client of Triton with what the network asks for: TLS, a client's certificate, the admin token.

ZHSQ_TRITON_CA          certificate (PEM file) of the authority that signed the server's; turns TLS on
ZHSQ_TRITON_CERT, _KEY  our own certificate and key (PEM files), where the server wants one (mutual TLS)
ZHSQ_TRITON_ADMIN_TOKEN the secret of Triton's restricted protocols: who loads models has it, who only asks does not
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zhsq.errors import MissingExtraError, ZhsqError

CA, CERT, KEY, TOKEN = (
    "ZHSQ_TRITON_CA",
    "ZHSQ_TRITON_CERT",
    "ZHSQ_TRITON_KEY",
    "ZHSQ_TRITON_ADMIN_TOKEN",
)
#: What Triton is started with for the token: --grpc-restricted-protocol=<protocols>:zhsq-admin=<token>.
TOKEN_KEY = "zhsq-admin"
#: Protocols that only an administrator may use.
RESTRICTED = "model-repository,shared-memory,trace,logging"


def open_client(url: str, channel: Sequence[tuple[str, int]] = ()) -> Any:
    """A tritonclient gRPC client.

    Args:
        url: Triton's gRPC address, host:port.
        channel: gRPC's own options.

    Raises:
        MissingExtraError: the extra `deploy` is not installed.
        ZhsqError: a file named in the environment is missing, or a certificate has no key.
    """
    try:
        from tritonclient import grpc
        from tritonclient.grpc import InferenceServerClientPlugin
    except ImportError as error:
        raise MissingExtraError("deploy", "Talking to Triton") from error

    class Token(InferenceServerClientPlugin):  # type: ignore[misc]
        def __init__(self, token: str) -> None:
            self._token = token

        def __call__(self, request: Any) -> None:
            request.headers[f"triton-grpc-protocol-{TOKEN_KEY}"] = self._token

    files = _files()
    client = grpc.InferenceServerClient(
        url,
        ssl=bool(files[CA]),
        root_certificates=files[CA] or None,
        certificate_chain=files[CERT] or None,
        private_key=files[KEY] or None,
        channel_args=list(channel),
    )
    if token := os.environ.get(TOKEN, ""):
        client.register_plugin(Token(token))
    return client


def open_channel(url: str) -> Any:
    """A bare gRPC channel to Triton, for calls that must not wait for tritonclient's imports; TLS as above.

    Raises:
        MissingExtraError: the extra `deploy` is not installed.
        ZhsqError: as `open_client`.
    """
    try:
        import grpc
    except ImportError as error:
        raise MissingExtraError("deploy", "Talking to Triton") from error
    files = _files()
    if not files[CA]:
        return grpc.insecure_channel(url)
    ca, cert, key = (Path(path).read_bytes() if path else None for path in (files[CA], files[CERT], files[KEY]))
    return grpc.secure_channel(url, grpc.ssl_channel_credentials(ca, key, cert))


def _files() -> dict[str, str]:
    """The PEM files of TLS that the environment names.

    Raises:
        ZhsqError: one is missing, or a certificate has no key.
    """
    files = {name: os.environ.get(name, "") for name in (CA, CERT, KEY)}
    for name, path in files.items():
        if path and not Path(path).is_file():
            raise ZhsqError(f"${name} names {path}, which is no file.", "Name a PEM file, or unset it.")
    if bool(files[CERT]) != bool(files[KEY]) or (files[CERT] and not files[CA]):
        raise ZhsqError(f"${CERT} and ${KEY} go together, with ${CA}.", "Set all three, or $ZHSQ_TRITON_CA alone.")
    return files
