"""The monitor's port of each role: alive, ready, and what it says when a part is away."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import URL, text

from alerts.cli import findings
from alerts.web.pages.status_views import beat_view
from alerts.words import chinese, english
from alerts.words.language import ENGLISH
from ingest.errors import ConfigError
from ingest.monitor.look import Jobs, Looker, Seen
from ingest.monitor.monitored import monitored
from ingest.monitor.readiness import readiness
from ingest.monitor.server import MonitorServer
from ingest.queue import EXTRACT, Queue
from ingest.redis.server import EmbeddedRedis
from ingest.roles import Role
from ingest.settings import Settings, load_settings
from ingest.store.backlog import Backlog
from ingest.store.db import Store
from ingest.store.presence import Beat
from ingest.telemetry import metrics
from tests.support.databases import postgres_copy
from tests.support.forked import Forked, start
from tests.support.service import until
from tests.support.showing import show
from tests.support.worker_process import work

ROOT = Path(__file__).parents[1]
WELL = Seen(Backlog(), None, Jobs(0, 0), None, None)
NO_DATABASE = Seen(None, "store sqlite:///x: is not there", Jobs(0, 0), None, None)
# Who else is connected to this database.
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
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
        (Role.POLL, WELL, 1.0, set()),
        (Role.POLL, WELL, None, {"heartbeat"}),
        (Role.POLL, WELL, 91.0, {"heartbeat"}),
        (Role.POLL, NO_DATABASE, 1.0, {"database"}),
        (Role.POLL, NO_REDIS, 1.0, set()),  # a poller goes on; a sweep finds what it stored
        (Role.WORK, NO_REDIS, 1.0, {"redis"}),
        (Role.WORK, NO_DATABASE, 100.0, {"database", "heartbeat"}),
        (Role.SEND, NO_REDIS, 1.0, set()),
        (Role.SERVE, WELL, None, set()),  # it writes no heartbeat
    ],
)
def test_a_role_is_ready_when_it_has_what_it_needs(
    role: Role, seen: Seen, age: float | None, wrong: set[str]
) -> None:
    checks = readiness(role, seen, age)
    assert {name for name, said in checks.items() if said != "ok"} == wrong


def test_every_role_has_its_instruments_and_its_name() -> None:
    assert set(metrics.OF_ROLE) == set(chinese.ROLES) == set(english.ROLES) == set(Role)


@pytest.mark.parametrize(("age", "at_work"), [(90, True), (91, False)])
def test_all_who_say_that_a_role_is_silent_agree(age: int, at_work: bool) -> None:
    now = datetime(2026, 1, 20, tzinfo=UTC)
    beat = Beat("poll", "1", now - timedelta(days=1), now - timedelta(seconds=age), None)
    [finding] = findings.at_work([Role.POLL], [beat], now)
    [(_, shown)] = beat_view(beat, now, ENGLISH).tags
    ready = readiness(Role.POLL, WELL, float(age))["heartbeat"] == "ok"
    assert (finding.level is findings.Level.OK, shown == "good", ready) == (at_work,) * 3


# --- the port --------------------------------------------------------------------------------


def settings_for(database: str, redis: str, **more: object) -> Settings:
    return load_settings(database_url=database, redis_url=redis, monitor_port=free_port(), **more)


def test_without_a_port_nothing_listens(database: str) -> None:
    before = os.listdir("/proc/self/task") if sys.platform == "linux" else []
    with monitored(load_settings(database_url=database), Role.SERVE):
        assert (os.listdir("/proc/self/task") if sys.platform == "linux" else []) == before


@pytest.mark.both_databases
def test_the_port_tells_of_its_role(database: str, redis_server: EmbeddedRedis) -> None:
    settings = settings_for(database, redis_server.url)
    assert settings.monitor_port is not None
    with monitored(settings, Role.SERVE):
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
    with monitored(settings, Role.WORK):
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


def test_a_redis_that_takes_nothing_is_away(database: str, redis_server: EmbeddedRedis) -> None:
    queue = Queue.connect(redis_server.url)
    queue.connection.config_set("maxmemory", 1)
    queue.close()
    settings = settings_for(database, redis_server.url)
    assert settings.monitor_port is not None
    with monitored(settings, Role.WORK):
        assert "memory is full" in get(settings.monitor_port, "/readyz").json()["checks"]["redis"]
        assert "gongbao_redis_up 0.0" in get(settings.monitor_port, "/metrics").text


def test_a_question_under_way_is_let_end_when_the_monitor_is_closed(
    postgres: URL, postgres_template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.monitor.look.DEADLINE", 0.05)
    with postgres_copy(postgres, postgres_template) as url:
        store = Store.open(url)
        looker = Looker(load_settings(database_url=url, redis_url="redis://127.0.0.1:1/0"))
        with store.begin() as tx:
            tx.execute(text("LOCK TABLE alembic_version"))
            assert looker.look().database == "database: no answer within 0.05 s"
            looker.close()
            [asking] = [
                thread for thread in threading.enumerate() if thread.name.startswith("monitor-database")
            ]
        asking.join(10)
        assert not asking.is_alive()
        until(lambda: count_of(OTHERS, store) == 0, patience=10)
        store.close()


def count_of(question: str, store: Store) -> int | None:
    with store.read() as tx:
        return tx.scalar(text(question))


def test_a_port_in_use_is_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.monitor.server.PATIENCE", 0.0)
    settings = settings_for(f"sqlite:///{tmp_path}/none.db", "redis://127.0.0.1:1/0")
    with (
        monitored(settings, Role.SERVE),
        pytest.raises(ConfigError, match="GONGBAO_MONITOR_PORT"),
    ):
        MonitorServer(settings, Role.SERVE)


# --- beside a worker -------------------------------------------------------------------------

TEXT = "2026年全区经济社会发展的主要预期目标是：地区生产总值增长6%左右，社会消费品零售总额增长7%。"


@contextmanager
def worker(folder: Path, database: str, redis: str, port: int) -> Iterator[Forked]:
    """A real worker (worker_process.py); its work-horse goes on with a text that waits when told to."""
    environment = os.environ | {
        "GONGBAO_DATABASE_URL": database,
        "GONGBAO_DATA_DIR": str(folder),
        "GONGBAO_REDIS_URL": redis,
        "GONGBAO_SWEEP_INTERVAL": "0.5",
        "GONGBAO_MONITOR_PORT": str(port),
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "error",
    }
    log = folder / "worker.log"
    process = start(work, str(folder), environment=environment, out=log, err=log)
    try:
        yield process
    finally:
        (folder / "go").touch()
        process.terminate()
        process.wait(60)


def figure(port: int, line: str) -> float | None:
    """A sample of /metrics; None while nobody answers."""
    try:
        text = get(port, "/metrics").text
    except httpx.TransportError:
        return None
    found = [one.rpartition(" ")[2] for one in text.splitlines() if one.startswith(f"{line} ")]
    return float(found[0]) if found else None


def beside(parent: int) -> list[int]:
    listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True).stdout
    lines = [line.split(None, 2) for line in listed.splitlines()]
    return [int(pid) for pid, ppid, args in lines if "ingest.monitor" in args and ppid == str(parent)]


def test_a_worker_is_answered_for_and_leaves_nobody_behind(
    store: Store,
    database: str,
    redis_server: EmbeddedRedis,
    tmp_path: Path,
) -> None:
    port, queue = free_port(), Queue.connect(redis_server.url)
    done = 'gongbao_extractions_total{outcome="done"}'

    def show_and_ask(number: int, text: str) -> None:
        version = show(store, text, key=f"work_report/50010{number}/2026", page=str(number)).version_id
        assert version is not None
        queue.enqueue(EXTRACT, [version])

    with worker(tmp_path, database, redis_server.url, port) as process:
        show_and_ask(1, TEXT)
        until(lambda: figure(port, done) == 1, pause=0.3)  # counted, though the work-horse is gone
        assert figure(port, "gongbao_extraction_seconds_count") == 1
        until(lambda: get(port, "/readyz").status_code == 200, pause=0.3)
        [first] = beside(process.pid)
        os.kill(first, signal.SIGKILL)
        until(lambda: figure(port, done) == 0, pause=0.3)  # started again, and counting from nought
        show_and_ask(2, TEXT + "等待。")
        until((tmp_path / "started").exists)
        process.kill()  # its work-horse lives on, and holds the pipe
        until(lambda: figure(port, done) is None, pause=0.3)
        horse = int((tmp_path / "started").read_text())
        os.kill(horse, 0)
    queue.close()
    assert "Traceback" not in (tmp_path / "worker.log").read_text()
