"""The manifests for operators: valid by their own schemas, and as closed as docs/deploy.md says."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[2] / "deploy"
KUBERNETES = sorted(path for path in (FOLDER / "kubernetes").glob("*.yaml") if path.name != "kustomization.yaml")
COMPOSE = sorted(FOLDER.glob("compose*.yaml"))


def objects() -> list[dict[str, Any]]:
    return [item for path in KUBERNETES for item in yaml.safe_load_all(path.read_text("utf-8"))]


def arguments(command: list[str]) -> dict[str, str]:
    return {name: value for name, _, value in (item.removeprefix("--").partition("=") for item in command)}


@pytest.mark.parametrize("path", COMPOSE, ids=lambda path: path.name)
def test_compose_files_fit_the_compose_specification(path: Path) -> None:
    schema = json.loads(
        (files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json").read_text("utf-8")
    )
    compose = yaml.safe_load(path.read_text("utf-8"))
    jsonschema.validate(compose, schema)
    compose["services"]["triton"]["imagee"] = "x"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(compose, schema)


def test_kubernetes_objects_fit_their_schemas() -> None:
    assert {item["kind"] for item in objects()} >= {"StatefulSet", "Service", "NetworkPolicy", "PodDisruptionBudget"}
    for item in objects():
        kubernetes_validate.validate(item, "1.32", strict=True)
    wrong = next(item for item in objects() if item["kind"] == "StatefulSet")
    wrong["spec"]["replicas"] = "two"
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, "1.32", strict=True)


def test_kustomization_names_every_file() -> None:
    listed = yaml.safe_load((FOLDER / "kubernetes" / "kustomization.yaml").read_text("utf-8"))["resources"]
    assert sorted(listed) == [path.name for path in KUBERNETES]


def test_pods_run_without_rights_on_read_only_disks_within_limits() -> None:
    spec = next(item for item in objects() if item["kind"] == "StatefulSet")["spec"]["template"]["spec"]
    assert spec["securityContext"]["runAsNonRoot"] and spec["automountServiceAccountToken"] is False
    (container,) = spec["containers"]
    rights = container["securityContext"]
    assert rights["readOnlyRootFilesystem"] and not rights["allowPrivilegeEscalation"]
    assert rights["capabilities"]["drop"] == ["ALL"]
    assert set(container["resources"]["limits"]) == {"cpu", "memory"}
    assert next(mount for mount in container["volumeMounts"] if mount["name"] == "models")["readOnly"]
    options = arguments(container["args"])
    assert options["model-control-mode"] == "explicit" and options["grpc-use-ssl-mutual"] == "true"
    assert options["grpc-restricted-protocol"].startswith("model-repository,")


def test_the_network_lets_in_the_api_and_the_deployer_only_and_nothing_out() -> None:
    policy = next(item for item in objects() if item["kind"] == "NetworkPolicy")["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"] and policy["egress"] == []
    ports = {port["port"] for rule in policy["ingress"] for port in rule["ports"]}
    assert ports == {"grpc", "metrics"}, "HTTP is for the kubelet's probes"
    assert all(rule["from"] for rule in policy["ingress"])


def test_compose_publishes_on_loopback_and_mounts_the_repository_read_only() -> None:
    service = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))["services"]["triton"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert service["volumes"][0]["read_only"] and service["read_only"] and service["cap_drop"] == ["ALL"]
    assert service["user"] != "0:0" and service["deploy"]["resources"]["limits"]
    options = arguments(service["command"][1:])
    assert options["model-control-mode"] == "explicit" and options["http-address"] == "127.0.0.1"
    assert "zhsq-admin=" in options["grpc-restricted-protocol"]
