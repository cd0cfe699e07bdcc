"""deploy/kubernetes: valid against the schemas, and what one object names, another one is.

The kustomization is resolved here as far as it goes by names; deploy/test.sh runs it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from jsonschema import Draft202012Validator
from test_deploy import DEPLOY, NEEDED, SECRETS, SETTINGS, check_command, image_check
from test_deploy import ROLES as COMMANDS

from ingest.settings import Settings

KUBERNETES = DEPLOY / "kubernetes"
OVERLAY = KUBERNETES / "overlays" / "example"
BUCKET = KUBERNETES / "components" / "bucket"  # not in the example
OCR = KUBERNETES / "components" / "ocr"  # likewise
KEDA_COMPONENT = KUBERNETES / "components" / "keda"
VERSIONS = ("1.29", "1.33")
ROLES = ("poller", "worker", "sender", "web")  # those of the base

Object = Mapping[str, Any]


@cache
def load(path: Path) -> list[Object]:
    return [found for found in yaml.load_all(path.read_text(encoding="utf-8"), yaml.CSafeLoader) if found]


def kustomizations(folder: Path) -> Iterator[tuple[Path, Object]]:
    """The kustomization of a folder and of all that it takes in."""
    (found,) = load(folder / "kustomization.yaml")
    yield folder, found
    for name in (*found.get("resources", ()), *found.get("components", ())):
        if (folder / name).is_dir():
            yield from kustomizations((folder / name).resolve())


def everything() -> list[tuple[Path, Object]]:
    return [*kustomizations(OVERLAY), *kustomizations(OCR), *kustomizations(BUCKET)]


def objects() -> list[Object]:
    return [
        one
        for folder, found in everything()
        for name in found.get("resources", ())
        if not (folder / name).is_dir()
        for one in load(folder / name)
    ]


def of_kind(kind: str) -> dict[str, Object]:
    return {one["metadata"]["name"]: one for one in objects() if one["kind"] == kind}


def config() -> dict[str, str]:
    """The settings as the overlay leaves them."""
    literals = [
        literal
        for _, found in reversed(list(kustomizations(OVERLAY)))
        for generator in found.get("configMapGenerator", ())
        for literal in generator["literals"]
    ]
    return dict(literal.split("=", 1) for literal in literals)


def pods() -> dict[str, Object]:
    """The pod templates of all that runs, by name."""
    return {
        name: one["spec"]["template"] for kind in ("Deployment", "Job") for name, one in of_kind(kind).items()
    }


NAMES = [f"{one['kind']}-{one['metadata']['name']}" for one in objects()]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("one", objects(), ids=NAMES)
def test_every_object_is_valid(one: Object, version: str) -> None:
    if one["apiVersion"].startswith("keda.sh/"):
        Draft202012Validator(KEDA[one["kind"]]).validate(one)
    else:
        kubernetes_validate.validate(one, version, strict=True)


def test_no_object_is_there_twice_and_no_file_is_left_out() -> None:
    assert len(NAMES) == len(set(NAMES))
    listed = {(folder / name).resolve() for folder, found in everything() for name in found["resources"]}
    files = {f for f in KUBERNETES.rglob("*.yaml") if f.name != "kustomization.yaml"}
    assert files == {path for path in listed if path.is_file()}


@pytest.mark.parametrize("name", pods())
def test_a_pod_is_small_in_its_rights_and_bounded(name: str) -> None:
    spec = pods()[name]["spec"]
    assert spec["securityContext"]["runAsNonRoot"]
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    # Else a Service gongbao-web (kustomize's namePrefix) sets GONGBAO_WEB_PORT=tcp://…
    assert spec["enableServiceLinks"] is False
    assert spec["serviceAccountName"] in of_kind("ServiceAccount")
    for container in spec["containers"]:
        context = container["securityContext"]
        assert context["readOnlyRootFilesystem"]
        assert context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
        assert set(container["resources"]["requests"]) == {"cpu", "memory"}
        assert "memory" in container["resources"]["limits"]
        volumes = {volume["name"]: volume for volume in spec["volumes"]}
        assert {mount["name"] for mount in container["volumeMounts"]} == set(volumes)
        for volume in volumes.values():
            if claim := volume.get("persistentVolumeClaim"):
                assert claim["claimName"] in of_kind("PersistentVolumeClaim")
            if secret := volume.get("secret"):
                assert secret["secretName"] == "gongbao-secrets"
                own = NEEDED | {"redis": {"redis_password"}, "postgres": {"database_password"}}
                assert {item["key"]: item["path"] for item in secret["items"]} == {k: k for k in own[name]}
        ports = {port["name"] for port in container.get("ports", ())}
        for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
            if get := container.get(kind, {}).get("httpGet"):
                assert get["port"] in ports


@pytest.mark.parametrize("name", [*COMMANDS, "migrate"])
def test_a_role_runs_a_command_that_exists_with_settings_that_exist(name: str) -> None:
    spec = pods()[name]["spec"]
    (container,) = spec["containers"]
    assert container["args"] == COMMANDS.get(name, [name])
    check_command(container["args"])
    assert container["image"] == "gongbao"
    assert container["envFrom"] == [{"configMapRef": {"name": "gongbao-settings"}}]
    assert {name.removesuffix("_FILE") for name in config()} <= set(SETTINGS)
    (mounted,) = (m["mountPath"] for m in container["volumeMounts"] if m["name"] == "secrets")
    variables = config() | {one["name"]: one["value"] for one in container.get("env", ())}
    assert {name.removesuffix("_FILE") for name in variables} <= set(SETTINGS)
    files = {value for variable, value in variables.items() if variable.endswith("_FILE")}
    assert files == {f"{mounted}/{secret}" for secret in NEEDED[name]}, "a setting for each, none for others"
    assert spec["securityContext"]["runAsUser"] == 10001
    if name in COMMANDS:
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        assert ports["monitor"] == int(config()["GONGBAO_MONITOR_PORT"])
        assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container)
    if name in COMMANDS and name != "web":
        assert container["livenessProbe"]["exec"]["command"] == image_check()


def test_the_settings_of_the_cluster_are_accepted() -> None:
    settings = Settings(
        **{
            name.removeprefix("GONGBAO_").lower(): value
            for name, value in config().items()
            if not name.endswith("_FILE")
        }  # type: ignore[arg-type]
    )
    services = of_kind("Service")
    assert settings.database.partition("@")[2].partition(":")[0] in services
    assert (settings.redis or "").partition("//")[2].partition(":")[0] in services
    assert settings.web_port == next(
        port["containerPort"]
        for port in pods()["web"]["spec"]["containers"][0]["ports"]
        if port["name"] == "http"
    )


def test_grace_is_that_of_compose() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    for name in ("poller", "worker", "ocr", "sender"):
        said = int(compose[name]["stop_grace_period"].removesuffix("s"))
        assert pods()[name]["spec"]["terminationGracePeriodSeconds"] == said


def test_selectors_choose_the_pods_that_they_mean() -> None:
    labels = {name: pod["metadata"]["labels"] for name, pod in pods().items()}

    def chosen(selector: Mapping[str, str]) -> set[str]:
        return {name for name, has in labels.items() if selector.items() <= has.items()}

    for name, one in of_kind("Deployment").items():
        assert chosen(one["spec"]["selector"]["matchLabels"]) == {name}
    for name, one in of_kind("Service").items():
        assert chosen(one["spec"]["selector"]) == {name}
    budgets = of_kind("PodDisruptionBudget")
    assert set(budgets) == set(ROLES)
    for name, one in budgets.items():
        assert chosen(one["spec"]["selector"]["matchLabels"]) == {name}
        # With `minAvailable: 1` the node of a worker that KEDA left alone could never be emptied.
        assert one["spec"].keys() == {"selector", "maxUnavailable"}
        assert of_kind("Deployment")[name]["spec"]["replicas"] > one["spec"]["maxUnavailable"] == 1
        (spread,) = pods()[name]["spec"]["topologySpreadConstraints"]
        assert chosen(spread["labelSelector"]["matchLabels"]) == {name}
    for name, one in of_kind("NetworkPolicy").items():
        assert chosen(one["spec"]["podSelector"].get("matchLabels", {})), name


def test_the_network_is_closed_but_for_what_each_role_needs() -> None:
    policies = of_kind("NetworkPolicy")
    assert policies["default-deny"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    (outside,) = policies["outside"]["spec"]["podSelector"]["matchExpressions"]
    assert outside["values"] == ["poller", "sender"]
    reached = {
        peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"]: rule["ports"][0]["port"]
        for rule in policies["database-and-queue"]["spec"]["egress"]
        for peer in rule["to"]
    }
    assert reached == {"postgres": 5432, "redis": 6379}


def test_the_queue_that_scales_the_workers_is_theirs() -> None:
    (scaled,) = of_kind("ScaledObject").values()
    assert scaled["spec"]["scaleTargetRef"]["name"] in of_kind("Deployment")
    (trigger,) = scaled["spec"]["triggers"]
    name = config().get("GONGBAO_QUEUE_NAME", Settings.model_fields["queue_name"].default)
    assert trigger["metadata"]["listName"] == f"rq:queue:{name}"
    (overlay,) = load(OVERLAY / "kustomization.yaml")
    (replaced,) = overlay["replacements"]
    host, _, place = trigger["metadata"]["address"].partition(".")
    address, _, port = place.partition(":")
    assert address == f"{overlay['namespace']}.svc", "KEDA asks from another namespace"
    assert f"//{host}:{port}/" in config()["GONGBAO_REDIS_URL"]
    assert replaced["source"] == {"kind": "Service", "name": host, "fieldPath": "metadata.namespace"}
    assert replaced["targets"][0]["options"] == {"delimiter": ".", "index": 1}
    auth = of_kind("TriggerAuthentication")[trigger["authenticationRef"]["name"]]
    (reference,) = auth["spec"]["secretTargetRef"]
    (generated,) = (found for _, found in kustomizations(OVERLAY) if "secretGenerator" in found)
    (secret,) = generated["secretGenerator"]
    assert {Path(file).name for file in secret["files"]} == SECRETS
    assert (reference["name"], reference["key"]) == (secret["name"], "redis_password")
    assert secret["options"] == {"disableNameSuffixHash": True}  # the reference has no hash


def test_how_many_workers_there_are_is_for_keda_alone_to_say() -> None:
    (found,) = load(KEDA_COMPONENT / "kustomization.yaml")
    (patched,) = [yaml.safe_load(one["patch"]) for one in found["patches"]]
    (scaled,) = of_kind("ScaledObject").values()
    worker = of_kind("Deployment")[scaled["spec"]["scaleTargetRef"]["name"]]
    assert {key: patched[key] for key in ("apiVersion", "kind")} == {
        key: worker[key] for key in ("apiVersion", "kind")
    }
    assert patched["metadata"]["name"] == worker["metadata"]["name"]
    assert patched["spec"] == {"replicas": None}


def test_with_a_bucket_nobody_shares_a_volume() -> None:
    (found,) = load(BUCKET / "kustomization.yaml")
    removed, *patched = [yaml.safe_load(one["patch"]) for one in found["patches"]]
    claim = removed["metadata"]["name"]
    assert removed == {
        "$patch": "delete",
        **{key: of_kind("PersistentVolumeClaim")[claim][key] for key in ("apiVersion", "kind")},
        "metadata": {"name": claim},
    }
    shared = {
        (name, volume["name"])
        for name, pod in pods().items()
        for volume in pod["spec"]["volumes"]
        if volume.get("persistentVolumeClaim", {}).get("claimName") == claim
    }
    own = {
        (one["metadata"]["name"], volume["name"])
        for one in patched
        for volume in one["spec"]["template"]["spec"]["volumes"]
        if volume["persistentVolumeClaim"] is None and volume["emptyDir"]
    }
    assert own == shared == {("poller", "data"), ("web", "data"), ("ocr", "data")}
    (outside,) = of_kind("NetworkPolicy")["bucket"]["spec"]["podSelector"]["matchExpressions"]
    assert set(outside["values"]) == {"web", "ocr"}, "pollers may go anywhere"
    # Not everybody has components/ocr: with a target, what is not there is passed over.
    targeted = [one["target"]["name"] for one in found["patches"] if "target" in one]
    assert targeted == ["ocr"]


def test_with_a_reader_of_scans_pollers_keep_them() -> None:
    (found,) = load(OCR / "kustomization.yaml")
    (settings,) = found["configMapGenerator"]
    assert (settings["name"], settings["behavior"]) == ("gongbao-settings", "merge")
    assert settings["literals"] == ["GONGBAO_OCR=true"]


# --- the fields of KEDA that its documents name -----------------------------------------------

STRINGS = {"type": "object", "additionalProperties": {"type": "string"}}
NAMED = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {"name": {"type": "string"}, "kind": {"type": "string"}},
}


def resource(kind: str, spec: Object) -> Object:
    return {
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "additionalProperties": False,
        "properties": {
            "apiVersion": {"const": "keda.sh/v1alpha1"},
            "kind": {"const": kind},
            "metadata": {"type": "object", "required": ["name"]},
            "spec": {"type": "object", "additionalProperties": False, **spec},
        },
    }


KEDA = {
    "ScaledObject": resource(
        "ScaledObject",
        {
            "required": ["scaleTargetRef", "triggers"],
            "properties": {
                "scaleTargetRef": NAMED,
                "pollingInterval": {"type": "integer", "minimum": 1},
                "cooldownPeriod": {"type": "integer", "minimum": 0},
                "idleReplicaCount": {"type": "integer", "minimum": 0},
                "minReplicaCount": {"type": "integer", "minimum": 0},
                "maxReplicaCount": {"type": "integer", "minimum": 1},
                "fallback": {
                    "type": "object",
                    "required": ["failureThreshold", "replicas"],
                    "additionalProperties": False,
                    "properties": {"failureThreshold": {"type": "integer"}, "replicas": {"type": "integer"}},
                },
                "triggers": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "required": ["type", "metadata"],
                        "additionalProperties": False,
                        "properties": {
                            "type": {"const": "redis"},
                            # Every value of a trigger is a string, numbers too.
                            "metadata": {**STRINGS, "required": ["address", "listName", "listLength"]},
                            "authenticationRef": NAMED,
                        },
                    },
                },
            },
        },
    ),
    "TriggerAuthentication": resource(
        "TriggerAuthentication",
        {
            "properties": {
                "secretTargetRef": {
                    "type": "array",
                    "items": {
                        **STRINGS,
                        "required": ["parameter", "name", "key"],
                        "propertyNames": {"enum": ["parameter", "name", "key"]},
                    },
                }
            }
        },
    ),
}
