"""The container engine and compose, for run.py: docker or podman by the same few words."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
DEPLOY = Path(__file__).resolve().parents[1]
ROOT = DEPLOY.parent
PROJECT = "gongbao-test"
FILES = (DEPLOY / "compose.yaml", DEPLOY / "testing" / "compose.yaml")
# Where the limits of this machine are lower than an engine's defaults.
LIMITS = '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n'


class Failed(Exception):
    """What was to be shown is not so."""


def until(what: str, look: Callable[[], T], patience: float = 300.0, pause: float = 1.0) -> T:
    """Look until there is something; what it is."""
    deadline = time.monotonic() + patience
    while not (found := look()):
        if time.monotonic() > deadline:
            raise Failed(f"{what}: not within {patience:.0f} s")
        time.sleep(pause)
    return found


@dataclass
class Engine:
    """`environment` is what compose.yaml's variables are taken from."""

    path: str
    work: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def podman(self) -> bool:
        return Path(self.path).name == "podman"

    def __call__(self, *args: str, check: bool = True, timeout: float = 900.0, **more: Any) -> str:
        """Run a command of the engine; what it printed."""
        return self.run([self.path, *args], check=check, timeout=timeout, **more)

    def run(self, words: list[str], *, check: bool = True, timeout: float = 900.0, **more: Any) -> str:
        done = subprocess.run(
            words,
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            **more,
        )
        if check and done.returncode:
            raise Failed(
                f"{' '.join(words)}: {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
            )
        return (done.stdout + (done.stderr if words[1] == "logs" else "")).strip()

    def works(self, *args: str) -> bool:
        try:
            self(*args, timeout=120)
        except (Failed, subprocess.TimeoutExpired):
            return False
        return True

    def has(self, image: str) -> bool:
        """It is here, or can be pulled."""
        return self.works("inspect", "--type=image", image) or self.works("pull", "--quiet", image)

    def compose(self, *args: str, **more: Any) -> str:
        tool = (
            [str(Path(sys.executable).parent / "podman-compose")] if self.podman else [self.path, "compose"]
        )
        files = [word for file in FILES for word in ("-f", str(file))]
        return self.run([*tool, "-p", PROJECT, *files, *args], **more)

    def up(self, service: str, number: int = 1) -> None:
        """Start one service alone: without systemd podman cannot wait for the health of another."""
        scale = ("--scale", f"{service}={number}")
        self.compose("up", "--detach", "--no-build", "--no-deps", *scale, service)

    def containers(self, service: str) -> list[str]:
        """The names of a service's containers, running or not."""
        return self.project("--filter", f"label=com.docker.compose.service={service}")

    def project(self, *filters: str) -> list[str]:
        """The names of the test's containers, running or not."""
        mine = f"label=com.docker.compose.project={PROJECT}"
        return sorted(self("ps", "--all", "--filter", mine, *filters, "--format", "{{.Names}}").split())

    def inspect(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self("inspect", name))[0]
        return found

    def healthy(self, name: str) -> bool:
        """Run its health check now. docker runs it by itself and keeps the result."""
        if self.podman:
            return self.works("healthcheck", "run", name)
        return bool(self.inspect(name)["State"]["Health"]["Status"] == "healthy")

    def stop(self, name: str, grace: int) -> int:
        """Ask it to stop as compose would; its exit code."""
        self("stop", "--time", str(grace), name)
        return int(self.inspect(name)["State"]["ExitCode"])


def prepare(engine: Engine) -> None:
    """Find out whether containers of the base image run here; set lower limits if they do not."""
    trial = ("run", "--rm", "--network=none", engine.environment["BASE"], "python", "-c", "pass")
    if engine.works(*trial):
        return
    if engine.podman:
        conf = engine.work / "containers.conf"
        conf.write_text(LIMITS)
        engine.environment["CONTAINERS_CONF"] = str(conf.resolve())
        if engine.works(*trial):
            return
    engine(*trial)  # says what is wrong


def base_image(engine: Engine) -> Iterator[str]:
    """Say what was done; leaves BASE, REDIS_IMAGE and POSTGRES_IMAGE in the engine's environment."""
    wanted = os.environ.get("BASE", "python:3.13-slim-bookworm")
    if engine.has(wanted):
        source = wanted
        yield f"base: {wanted}"
    else:
        if not shutil.which("debootstrap"):
            raise Failed(f"{wanted} cannot be pulled and debootstrap is not here to make a base; set BASE=")
        source = f"localhost/{PROJECT}-debian:latest"
        if not engine.works("inspect", "--type=image", source):
            _debootstrap(engine, source)
        yield "base: made with debootstrap (no registry reached)"
    folder = engine.work / "base"
    folder.mkdir(parents=True, exist_ok=True)
    base = f"localhost/{PROJECT}-base:latest"
    # What this machine trusts, the image's build may need: a mirror behind a company's own authority.
    bundle = Path(os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"))
    (folder / "ca.crt").write_bytes(bundle.read_bytes() if bundle.is_file() else b"")
    (folder / "pip.conf").write_text("[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n")
    (folder / "Dockerfile").write_text(
        f"FROM {source}\nCOPY ca.crt /etc/ssl/certs/ca-certificates.crt\nCOPY pip.conf /etc/pip.conf\n"
        "RUN command -v python || ln -s python3 /usr/bin/python\n"
        if bundle.is_file()
        else f"FROM {source}\n"
    )
    engine.environment["BASE"] = base
    limits = engine.work / "containers.conf"
    if engine.podman:  # a build has commands to run before it is known whether they can
        limits.write_text(LIMITS)
        engine.environment["CONTAINERS_CONF"] = str(limits.resolve())
    engine("build", "--quiet", "--tag", base, str(folder))
    prepare(engine)
    for variable, image in (
        ("REDIS_IMAGE", "redis:7.2-bookworm"),
        ("POSTGRES_IMAGE", "postgres:17-bookworm"),
    ):
        image = os.environ.get(variable, image)
        if source != wanted or not engine.has(image):
            image = f"localhost/{PROJECT}-services:latest"
            testing = DEPLOY / "testing"
            engine(
                *("build", "--quiet", "--file", str(testing / "Dockerfile.services"), "--tag", image),
                *("--build-arg", f"BASE={base}", str(testing)),
            )
        engine.environment[variable] = image
        yield f"{variable}: {image}"


def _debootstrap(engine: Engine, image: str) -> None:
    root = engine.work / "rootfs"
    if not (root / "usr/bin/python3").exists():
        include = "--include=python3,python3-venv,ca-certificates"
        engine.run(["debootstrap", "--variant=minbase", include, "bookworm", str(root)])
    tar = engine.work / "rootfs.tar"
    engine.run(["tar", "-C", str(root), "-cf", str(tar), "."])
    engine("import", str(tar), image)
    tar.unlink()
