"""Tokens of a real issuer on loopback: its keys over HTTP; what is wrong with a token refuses it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI
from fastapi.testclient import TestClient
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from zhsq.errors import ZhsqError
from zhsq.models.bundle import Bundle
from zhsq.serve.app import create_app
from zhsq.serve.security.tokens import LEEWAY, Tokens
from zhsq.serve.settings import Settings
from zhsq.serve.store.tables import Estate


class Issuer:
    """An OpenID Connect issuer: discovery and JWKS over loopback HTTP, and keys that can be changed."""

    def __init__(self) -> None:
        self.keys: dict[str, Any] = {"one": rsa.generate_private_key(public_exponent=65537, key_size=2048)}
        self.asked = 0
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                described = {"issuer": issuer.url, "jwks_uri": f"{issuer.url}/keys"}
                issuer.asked += self.path == "/keys"
                body = json.dumps({"keys": issuer.published()} if self.path == "/keys" else described).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def published(self) -> list[dict[str, Any]]:
        found = []
        for name, key in self.keys.items():
            kind = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
            found.append({**kind.to_jwk(key.public_key(), as_dict=True), "kid": name, "use": "sig"})
        return found

    def token(self, key: Any = None, algorithm: str = "RS256", kid: str = "one", **changes: Any) -> str:
        claims = {
            "iss": self.url, "aud": "zhsq", "sub": "li.wei", "exp": time.time() + 300,
            "zhsq_role": "guard", "zhsq_estate": "east", **changes,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, key or self.keys["one"], algorithm, headers={"kid": kid})


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    made = Issuer()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def app(tmp_path: Path, issuer: Issuer, face_bundle: Bundle, plate_bundle: Bundle) -> Iterator[FastAPI]:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'x.db'}", master_key="ab" * 32, oidc_issuer=issuer.url, failure_limit="1000/minute"
    )  # fmt: skip
    made = create_app(settings, face=face_bundle, plate=plate_bundle)
    with made.state.services.database.session() as session:
        session.add_all([Estate(id=name, name=name, salt=bytes(32)) for name in ("east", "west")])
    yield made
    made.state.services.close()


@pytest.fixture
def ask(app: FastAPI) -> Callable[..., Any]:
    client = TestClient(app)

    def get(token: str, path: str = "/v1/estates") -> Any:
        return client.get(path, headers={"Authorization": f"Bearer {token}"})

    return get


def test_a_token_gives_the_role_and_the_estate_of_its_claims(issuer, ask) -> None:
    assert [e["id"] for e in ask(issuer.token()).json()["items"]] == ["east"]
    assert ask(issuer.token(), "/v1/estates/west/vehicles").status_code == 404
    assert ask(issuer.token(), "/v1/audit").status_code == 403
    above = issuer.token(zhsq_role="operator", zhsq_estate=None)
    assert [e["id"] for e in ask(above).json()["items"]] == ["east", "west"]
    auditor = ask(issuer.token(zhsq_role="auditor", zhsq_estate=None), "/v1/audit").json()
    assert "guard:token li.wei" in str(auditor["items"])


def test_what_is_wrong_with_a_token_refuses_it(issuer, ask) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = issuer.keys["one"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header, claims, signature = issuer.token().split(".")
    body = {"iss": issuer.url, "aud": "zhsq", "sub": "x", "exp": time.time() + 300, "zhsq_role": "operator"}
    forged = jwt.utils.base64url_encode(json.dumps(body).encode()).decode()
    shared = jwt.utils.base64url_encode(json.dumps({"alg": "HS256", "kid": "one", "typ": "JWT"}).encode()).decode()
    mac = jwt.utils.base64url_encode(
        jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(f"{shared}.{forged}".encode(), public)
    ).decode()
    bad = {
        "another key": issuer.token(stranger),
        "another key that is not published": issuer.token(stranger, kid="two"),
        "another audience": issuer.token(aud="payroll"),
        "another issuer": issuer.token(iss="http://127.0.0.1:1"),
        "expired": issuer.token(exp=time.time() - LEEWAY - 5),
        "not yet": issuer.token(nbf=time.time() + LEEWAY + 60),
        "no end": issuer.token(exp=None),
        "no audience": issuer.token(aud=None),
        "no subject": issuer.token(sub=None),
        "no role": issuer.token(zhsq_role=None),
        "a role that there is not": issuer.token(zhsq_role="root"),
        "a role of an estate without one": issuer.token(zhsq_estate=None),
        "an estate that is no text": issuer.token(zhsq_estate=["east"]),
        "unsigned": jwt.encode(body, None, "none", headers={"kid": "one"}),
        "signed with the public key as a shared secret": f"{shared}.{forged}.{mac}",
        "claims changed": f"{header}.{forged}.{signature}",
        "claims without signature": f"{header}.{claims}.",
        "no token": "a.b.c",
    }
    for what, token in bad.items():
        done = ask(token)
        assert (done.status_code, done.json()["code"]) == (401, "unauthorized"), what
    assert ask(issuer.token()).status_code == 200


def test_an_algorithm_that_the_settings_do_not_name_is_refused(issuer, ask) -> None:
    issuer.keys["curve"] = ec.generate_private_key(ec.SECP384R1())
    issuer.keys["p256"] = ec.generate_private_key(ec.SECP256R1())
    token = issuer.token(issuer.keys["curve"], "ES384", "curve")
    assert ask(token).status_code == 401
    assert ask(issuer.token(issuer.keys["p256"], "ES256", "p256")).status_code == 200


def test_the_issuer_may_change_its_keys_and_made_up_ones_do_not_press_it(app, issuer, ask) -> None:
    services, before = app.state.services, issuer.asked
    assert ask(issuer.token()).status_code == 200
    made_up = [ask(issuer.token(kid=f"made up {number}")).status_code for number in range(5)]
    assert made_up == [401] * 5 and issuer.asked - before == 1
    services.tokens = Tokens(services.settings, cooldown=0)
    assert ask(issuer.token()).status_code == 200
    issuer.keys["next"] = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert ask(issuer.token(issuer.keys["next"], kid="next")).status_code == 200


def test_api_keys_are_taken_beside_tokens(app: FastAPI, ask) -> None:
    from zhsq.serve.security.keys import create

    with app.state.services.database.session() as session:
        key = create(session, "k", "operator", None)
    assert ask(key).status_code == 200


def test_an_issuer_that_is_away_is_503_and_not_a_refusal(tmp_path, face_bundle, plate_bundle, issuer) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'x.db'}", master_key="ab" * 32, oidc_issuer="http://127.0.0.1:9"
    )
    app = create_app(settings, face=face_bundle, plate=plate_bundle)
    done = TestClient(app).get("/v1/estates", headers={"Authorization": f"Bearer {issuer.token()}"})
    assert (done.status_code, done.json()["code"]) == (503, "identity-unavailable")
    app.state.services.close()


def test_keys_of_an_issuer_are_not_fetched_over_plain_http() -> None:
    with pytest.raises(ZhsqError, match="not https"):
        Tokens(Settings(oidc_issuer="http://login.example.org"))
