"""deploy/: env.example knows every setting, compose.yaml and Dockerfile name only what exists.

No container is built here: that needs an engine (deploy/test.sh).
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

import gongbao
from alerts.delivery.smtp import DEADLINE as MAIL_DEADLINE
from ingest.poll import STOP_GRACE
from ingest.queue import Queue
from ingest.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
ROLES = {
    "poller": ["poll"],
    "worker": ["work"],
    "ocr": ["work", "--queue", "ocr"],
    "sender": ["send"],
    "web": ["serve"],
}
SECRETS = {"database_password", "redis_password", "secret_key"}
NEEDED = {  # to reach the database, to reach Redis, to seal and open the secrets of webhooks
    "migrate": {"database_password"},
    "poller": {"database_password", "redis_password"},
    "worker": {"database_password", "redis_password"},
    "ocr": {"database_password", "redis_password"},
    "sender": SECRETS,
    "web": SECRETS,
}


# --- env.example -----------------------------------------------------------------------------


def env_example() -> dict[str, tuple[str, str]]:
    """{variable: (what is said above it, its value as a shell would read it)}"""
    text = (DEPLOY / "env.example").read_text()
    return {
        name: (" ".join(line.removeprefix("# ") for line in said.splitlines()), "".join(shlex.split(value)))
        for said, name, value in re.findall(r"((?:^# .*\n)+)^#?([A-Z_]+)=(.*)$", text, re.MULTILINE)
    }


SETTINGS = {f"GONGBAO_{name.upper()}": field for name, field in Settings.model_fields.items()}


def test_env_example_lists_every_setting_and_no_other() -> None:
    listed = [name for name in env_example() if name.startswith("GONGBAO_")]
    assert listed == list(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_env_example_says_of_each_setting_what_the_code_says(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said, value = env_example()[name]
    assert said == SETTINGS[name].description
    monkeypatch.setenv(name, value)
    field = name.removeprefix("GONGBAO_").lower()
    assert getattr(load_settings(), field) == SETTINGS[name].default


# --- the image -------------------------------------------------------------------------------


def test_nothing_is_installed_without_its_hash() -> None:
    """Of the project's own build too: what it needs is locked, and pip fetches nothing by itself."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    locked = (ROOT / "requirements-build.lock").read_text()
    requirements = re.findall(r"^([a-z0-9-]+==\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})+)$", locked, re.M)
    assert [requirement for requirement, _ in requirements] == project["build-system"]["requires"]
    for name in ("Dockerfile", "bootstrap.sh"):
        text = (DEPLOY / name).read_text().replace('", "', " ")
        installs = [line for line in text.splitlines() if re.search(r"\bpip\"? install ", line)]
        assert len(installs) >= 2
        for line in installs:
            is_own = "--no-deps --no-build-isolation" in line
            assert "--require-hashes" in line or is_own or "${PACKAGES}" in line, line
        assert "requirements-build.lock" in text


# --- compose.yaml ----------------------------------------------------------------------------


def compose(name: str = "compose.yaml") -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((DEPLOY / name).read_text())
    return loaded


def ours() -> dict[str, dict[str, Any]]:
    """The services that run the project's own image."""
    return {name: s for name, s in compose()["services"].items() if s["image"].startswith("${IMAGE:")}


def check_command(words: list[str]) -> None:
    """The command and all its options exist."""
    result = CliRunner().invoke(gongbao.app, [*words, "--help"])
    assert result.exit_code == 0, result.output
    assert words[0] in result.output


def variables(value: object) -> Iterator[str]:
    """The names of all ${…} in a YAML value."""
    if isinstance(value, str):
        yield from re.findall(r"\$\{([A-Z_]+)", value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from variables(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from variables(inner)


def test_compose_has_every_role_and_what_they_need() -> None:
    assert set(compose()["services"]) == {"redis", "postgres", "migrate", *ROLES}
    assert set(ours()) == {"migrate", *ROLES}
    asked_for = {name: spec["profiles"] for name, spec in ours().items() if "profiles" in spec}
    assert asked_for == {"ocr": ["ocr"]}, "all others are started unasked"


@pytest.mark.parametrize("service", ["migrate", *ROLES])
def test_a_service_of_ours_names_only_what_exists(service: str) -> None:
    spec = ours()[service]
    check_command(spec["command"])
    of_uvicorn = {"FORWARDED_ALLOW_IPS"}
    assert {name.removesuffix("_FILE") for name in spec["environment"]} - of_uvicorn <= set(SETTINGS)
    read = {value for name, value in spec["environment"].items() if name.endswith("_FILE")}
    assert read == {f"/run/secrets/{name}" for name in spec["secrets"]}
    assert set(spec["secrets"]) == NEEDED[service]
    assert set(spec["depends_on"]) <= set(compose()["services"])
    assert set(spec["networks"]) <= set(compose()["networks"])
    for volume in spec.get("volumes", []):
        assert volume.split(":")[0] in compose()["volumes"]
    assert spec["read_only"]
    assert spec["cap_drop"] == ["ALL"]
    if service in ROLES:
        assert spec["command"] == ROLES[service]
        assert spec["healthcheck"]["test"] == ["CMD", *image_check()]


def test_the_image_is_pulled_or_built_for_the_same_services() -> None:
    assert not [name for name, spec in compose()["services"].items() if "build" in spec]
    built = compose("compose.build.yaml")["services"]
    assert set(built) == set(ours())
    for spec in built.values():
        assert spec["build"]["dockerfile"] == "deploy/Dockerfile"
        assert (DEPLOY / spec["build"]["context"]).resolve() == ROOT


def test_the_settings_of_compose_are_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ours()["web"]["environment"].items():
        if name.endswith("_FILE"):
            file = tmp_path / Path(value).name
            file.write_text("s3/cr@t\n")
            value = str(file)
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.database == "postgresql+psycopg://gongbao:s3%2Fcr%40t@postgres:5432/gongbao"
    assert settings.redis == "redis://:s3%2Fcr%40t@redis:6379/0"
    assert settings.secret_key is not None
    assert settings.secret_key.get_secret_value() == "s3/cr@t"
    assert "s3/cr@t" not in repr(settings)


def test_no_secret_is_in_the_environment_of_a_container() -> None:
    for service in compose()["services"].values():
        for name, value in service.get("environment", {}).items():
            if any(word in name for word in ("PASSWORD", "KEY", "SECRET")):
                assert name.endswith("_FILE"), name
                assert value.removeprefix("/run/secrets/") in service["secrets"]
            assert not re.search(r"://[^/@]*:[^/@]*@", value)


def test_grace_is_longer_than_what_a_role_may_take() -> None:
    settings, services = Settings(), ours()

    def grace(service: str) -> float:
        return float(services[service]["stop_grace_period"].removesuffix("s"))

    assert grace("poller") > STOP_GRACE
    assert grace("worker") > settings.job_timeout
    assert grace("ocr") > Queue.of_scans(settings).job_timeout
    assert grace("sender") > max(settings.webhook_deadline, MAIL_DEADLINE)
    assert grace("web") > 5


def test_secrets_are_made_once_and_not_for_others_to_see(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    make = [str(DEPLOY / "make-secrets.sh"), str(folder)]
    subprocess.run(make, check=True, capture_output=True)
    made = {file.name: file.read_text() for file in folder.iterdir()}
    assert set(made) == SECRETS == set(compose()["secrets"])
    assert len(set(made.values())) == 3
    assert folder.stat().st_mode & 0o777 == 0o700
    subprocess.run(make, check=True, capture_output=True)
    assert {file.name: file.read_text() for file in folder.iterdir()} == made


def test_every_variable_of_compose_is_in_env_example() -> None:
    listed = re.findall(r"^#?([A-Z_]+)=", (DEPLOY / "env.example").read_text(), re.MULTILINE)
    used = {*variables(compose()), *variables(compose("compose.build.yaml"))}
    assert used <= set(listed)
    beyond = {name for name in listed if not name.startswith("GONGBAO_")}
    assert beyond == used


def test_redis_keeps_what_it_has_and_asks_for_a_password() -> None:
    command = " ".join(compose()["services"]["redis"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command
    assert "requirepass $$(cat /run/secrets/redis_password)" in command
    assert "--requirepass" not in command  # it would be in the list of processes


def test_nothing_is_open_to_the_world_unasked() -> None:
    services = compose()["services"]
    ports = {name: s["ports"] for name, s in services.items() if "ports" in s}
    assert list(ports) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in ports["web"])
    assert compose()["networks"]["inside"] == {"internal": True}
    for name in ("redis", "postgres", "worker", "ocr", "migrate"):
        assert services[name]["networks"] == ["inside"]


def test_no_image_floats() -> None:
    for service in ("redis", "postgres"):
        image = compose()["services"][service]["image"]
        assert re.search(r":-[a-z]+:\d+(\.\d+)?-", image), image


# --- Dockerfile ------------------------------------------------------------------------------


def instructions() -> list[tuple[str, str]]:
    text = re.sub(r"\\\n", " ", (DEPLOY / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def image_check() -> list[str]:
    """The command of the image's own health check."""
    words: list[str] = json.loads(dict(instructions())["HEALTHCHECK"].partition("CMD ")[2])
    return words


def test_the_base_is_an_argument_and_used_in_both_stages() -> None:
    assert instructions()[0] == ("ARG", "BASE=python:3.13-slim-bookworm")
    assert [what.split()[0] for name, what in instructions() if name == "FROM"] == ["${BASE}", "${BASE}"]


def test_the_image_runs_as_nobody_special_in_exec_form() -> None:
    by_name = dict(instructions())  # the last of each
    assert by_name["USER"] == "10001:10001"
    assert json.loads(by_name["ENTRYPOINT"]) == ["tini", "--", "gongbao"]
    check_command(json.loads(by_name["CMD"]))
    assert image_check() == ["python", "-m", "ingest.process.healthcheck"]


def test_what_the_image_copies_is_there_and_let_through() -> None:
    ignore = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    copied = [
        source
        for name, what in instructions()
        if name == "COPY" and "--from" not in what
        for source in what.split()[:-1]
    ]
    assert copied
    for source in copied:
        assert (ROOT / source).exists()
        assert f"!{source}" in ignore


def test_the_image_sets_only_settings_that_exist() -> None:
    names = re.findall(r"GONGBAO_[A-Z_]+", (DEPLOY / "Dockerfile").read_text())
    assert names
    assert set(names) <= set(SETTINGS)
