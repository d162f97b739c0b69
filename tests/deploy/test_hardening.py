"""What the manifests ask of Triton, on the real server: the admin token, and TLS with a certificate on both sides."""

from __future__ import annotations

import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import numpy as np
import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from zhsq.deploy.client import connect, load_model
from zhsq.deploy.repository import export
from zhsq.deploy.server import TritonServer
from zhsq.errors import RuntimeUnavailableError, ZhsqError
from zhsq.runtime.channel import CA, CERT, KEY, TOKEN, open_client
from zhsq.runtime.triton import TritonRunner

pytestmark = pytest.mark.triton


def _signed(folder: Path, name: str, issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
    )
    certificate = builder.sign(issuer[1] if issuer else key, hashes.SHA256())
    (folder / f"{name}.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    if issuer is None:
        for other in ("server", "client"):
            _signed(folder, other, (certificate, key))


def _manifest(folder: Path, token: str) -> list[str]:
    """The options of the Kubernetes manifest, but for what only a cluster has: its addresses and folders."""
    path = Path(__file__).resolve().parents[2] / "deploy" / "kubernetes" / "triton.yaml"
    pod = next(yaml.safe_load_all(path.read_text("utf-8")))["spec"]["template"]["spec"]["containers"][0]
    ours = ("--model-repository", "--http-address", "--grpc-address", "--metrics-address")
    ours += ("--model-control-mode", "--disable-auto-complete-config", "--exit-timeout-secs")
    wanted = [option for option in pod["args"] if not option.startswith(ours)]
    assert len(wanted) >= 8
    places = {"/tls/tls.": f"{folder}/server.", "/tls/ca.": f"{folder}/ca.", "$(TRITON_ADMIN_TOKEN)": token}
    for before, after in places.items():
        wanted = [option.replace(before, after) for option in wanted]
    return wanted


def test_as_the_manifest_starts_it_only_who_has_the_certificate_and_the_token_gets_in(
    make_bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _signed(tmp_path, "ca", None)
    bundle = make_bundle()
    export(bundle, tmp_path / "r", variant="python")
    for name, file in ((CA, "ca.crt"), (CERT, "client.crt"), (KEY, "client.key")):
        monkeypatch.setenv(name, str(tmp_path / file))
    options = _manifest(tmp_path, "a-secret-of-this-test")
    server = TritonServer.start(tmp_path / "r", state=tmp_path / "server.json", options=options)
    try:
        assert TritonRunner(bundle, server.url).run(
            "score", {"features": np.ones((1, 5), np.float32), "offset": np.ones(1, np.float32)}
        ), "loaded at the start, as after a restart"
        monkeypatch.setenv(TOKEN, "a-secret-of-this-test")
        load_model(server.url, "tiny.face-a__embed")
        image = {"image": np.ones((1, 3, 8, 8), np.float32)}
        monkeypatch.delenv(TOKEN)
        assert TritonRunner(bundle, server.url).run("embed", image)["embedding"].shape == (1, 6), (
            "who asks needs no token"
        )
        with pytest.raises(RuntimeUnavailableError, match="could not load"):
            load_model(server.url, "tiny.face-a__score")
        monkeypatch.setenv(TOKEN, "another")
        with pytest.raises(RuntimeUnavailableError, match="could not load"):
            load_model(server.url, "tiny.face-a__score")
        with urllib.request.urlopen(f"{server.http_url}/v2/health/ready", timeout=5) as reply:
            assert reply.status == 200
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"{server.http_url}/v2/models/tiny.face-a__embed", timeout=5)
        for name in (CERT, KEY):
            monkeypatch.delenv(name)
        with pytest.raises(RuntimeUnavailableError):
            TritonRunner(bundle, server.url, timeout=5).run("embed", image)
        monkeypatch.delenv(CA)
        with pytest.raises(RuntimeUnavailableError):
            TritonRunner(bundle, server.url, timeout=5).run("embed", image)
    finally:
        server.stop()


def test_half_a_setting_of_tls_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CA, str(tmp_path / "absent.crt"))
    with pytest.raises(ZhsqError, match="which is no file"):
        connect("127.0.0.1:1")
    (tmp_path / "client.crt").write_text("x")
    monkeypatch.delenv(CA)
    monkeypatch.setenv(CERT, str(tmp_path / "client.crt"))
    with pytest.raises(ZhsqError, match="go together"):
        open_client("127.0.0.1:1")
