"""The monitor's port of each role: alive, ready, and what it says when a part is away."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import httpx
import pytest
from redis_server import redis_server  # noqa: F401

from ingest.embedded import EmbeddedRedis
from ingest.errors import ConfigError
from ingest.monitor import MonitorServer, Seen, monitored, readiness
from ingest.monitor.look import Jobs
from ingest.settings import Settings, load_settings
from ingest.store.backlog import Backlog

ROOT = Path(__file__).parents[1]
WELL = Seen(Backlog(), None, Jobs(0, 0), None, None)
NO_DATABASE = Seen(None, "store sqlite:///x: is not there", Jobs(0, 0), None, None)
NO_REDIS = Seen(Backlog(), None, None, "queue at localhost:6379: is not there", None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False, timeout=20)


# --- ready? ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "seen", "age", "wrong"),
    [
        ("poll", WELL, 1.0, set()),
        ("poll", WELL, None, {"heartbeat"}),
        ("poll", WELL, 91.0, {"heartbeat"}),
        ("poll", NO_DATABASE, 1.0, {"database"}),
        ("poll", NO_REDIS, 1.0, set()),  # a poller goes on; a sweep finds what it stored
        ("work", NO_REDIS, 1.0, {"redis"}),
        ("work", NO_DATABASE, 100.0, {"database", "heartbeat"}),
        ("send", NO_REDIS, 1.0, set()),
        ("serve", WELL, None, set()),  # it writes no heartbeat
    ],
)
def test_a_role_is_ready_when_it_has_what_it_needs(
    role: str, seen: Seen, age: float | None, wrong: set[str]
) -> None:
    checks = readiness(role, seen, age)
    assert {name for name, said in checks.items() if said != "ok"} == wrong


# --- the port --------------------------------------------------------------------------------


def settings_for(database: str, redis: str, **more: object) -> Settings:
    return load_settings(database_url=database, redis_url=redis, monitor_port=free_port(), **more)


def test_without_a_port_nothing_listens(database: str) -> None:
    before = os.listdir("/proc/self/task") if sys.platform == "linux" else []
    with monitored(load_settings(database_url=database), "serve"):
        assert (os.listdir("/proc/self/task") if sys.platform == "linux" else []) == before


def test_the_port_tells_of_its_role(database: str, redis_server: EmbeddedRedis) -> None:  # noqa: F811
    settings = settings_for(database, redis_server.url)
    assert settings.monitor_port is not None
    with monitored(settings, "serve"):
        alive, ready = get(settings.monitor_port, "/healthz"), get(settings.monitor_port, "/readyz")
        assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
        assert (ready.status_code, ready.json()) == (200, {"status": "ready", "checks": {"database": "ok"}})
        said = get(settings.monitor_port, "/metrics")
        assert said.headers["content-type"].startswith("text/plain")
        assert "gongbao_database_up 1.0" in said.text
        assert "gongbao_redis_up 1.0" in said.text
        assert get(settings.monitor_port, "/").status_code == 404


def test_what_is_away_is_a_figure_not_a_failure(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path}/none.db", "redis://127.0.0.1:1/0")
    assert settings.monitor_port is not None
    with monitored(settings, "work"):
        ready = get(settings.monitor_port, "/readyz")
        assert ready.status_code == 503
        checks = ready.json()["checks"]
        assert "its tables are at revision none" in checks["database"]
        assert "127.0.0.1:1" in checks["redis"]
        said = get(settings.monitor_port, "/metrics")
        assert said.status_code == 200
        assert "gongbao_database_up 0.0" in said.text
        assert "gongbao_redis_up 0.0" in said.text
        assert "gongbao_lists_due" not in said.text


def test_a_port_in_use_is_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.monitor.server.PATIENCE", 0.0)
    settings = settings_for(f"sqlite:///{tmp_path}/none.db", "redis://127.0.0.1:1/0")
    with (
        monitored(settings, "serve"),
        pytest.raises(ConfigError, match="GONGBAO_MONITOR_PORT"),
    ):
        MonitorServer(settings, "serve")
