"""Settings out of files, passwords that go into addresses, and the web server's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.errors import ConfigError
from ingest.redis.clients import asyncio_client, client
from ingest.settings import load_settings
from tests.support.service import Gongbao


def test_any_setting_may_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "delay").write_text("2.5\n")
    monkeypatch.setenv("GONGBAO_HOST_DELAY_FILE", str(tmp_path / "delay"))
    assert load_settings().host_delay == 2.5
    monkeypatch.setenv("GONGBAO_HOST_DELAY", "")
    assert load_settings().host_delay == 2.5
    monkeypatch.setenv("GONGBAO_HOST_DELAY", "4")
    assert load_settings().host_delay == 4
    assert load_settings(host_delay=7).host_delay == 7


def test_a_file_that_is_wrong_is_said_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGBAO_SECRET_KEY_FILE", str(tmp_path / "none"))
    with pytest.raises(ConfigError, match=r"GONGBAO_SECRET_KEY_FILE=.*none: cannot be read"):
        load_settings()
    monkeypatch.delenv("GONGBAO_SECRET_KEY_FILE")
    (tmp_path / "delay").write_text("soon")
    monkeypatch.setenv("GONGBAO_HOST_DELAY_FILE", str(tmp_path / "delay"))
    with pytest.raises(ConfigError, match="GONGBAO_HOST_DELAY"):
        load_settings()


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("postgresql+psycopg://gongbao@db:5432/g", "postgresql+psycopg://gongbao:p%3Aw%2F@db:5432/g"),
        ("postgresql+psycopg://gongbao:own@db/g", "postgresql+psycopg://gongbao:own@db/g"),
        ("postgresql+psycopg://gongbao@[::1]:5432/g", "postgresql+psycopg://gongbao:p%3Aw%2F@[::1]:5432/g"),
        ("sqlite:////data/gongbao.db", "sqlite:////data/gongbao.db"),
    ],
)
def test_the_password_goes_into_the_database_url_that_has_none(
    url: str, whole: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGBAO_DATABASE_PASSWORD", "p:w/")
    assert load_settings(database_url=url).database == whole


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:hunter2@127.0.0.1:1/x",
        "postgresql://127.0.0.1:1/x?password=hunter2",
        "postgresql+psycopg://u@127.0.0.1:1/x?connect_timeout=2&password=hunter2&sslpassword=hunter2",
        "postgresql+psycopg://u@127.0.0.1:1/x?pasword=hunter2",
        "postgresql+psycopg://u:hunter2:@127.0.0.1:hunter2/x",
        "postgres:/u:hunter2@127.0.0.1",
        "mysql://u:hunter2@127.0.0.1/x?password=hunter2",
        "postgresql+psycopg://u:hunter2@[::1/x",
        "hunter2",
    ],
)
def test_no_password_of_the_database_is_ever_printed(url: str, tmp_path: Path) -> None:
    """Nor by `doctor`, nor in what a command says that cannot reach it, nor where settings are shown."""
    gongbao = Gongbao(tmp_path, {"GONGBAO_DATABASE_URL": url, "GONGBAO_DATABASE_PASSWORD": "hunter2"})
    for command in (("doctor",), ("doctor", "--json"), ("reports",), ("migrate",)):
        done = gongbao(*command, code=None)
        assert done.returncode in (1, 2, 3)
        assert "GONGBAO_DATABASE_URL" in done.stdout + done.stderr or "127.0.0.1" in done.stdout + done.stderr
        assert "hunter2" not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    assert "hunter2" not in repr(load_settings(database_url=url))


@pytest.mark.parametrize(
    "url",
    [
        "redis://:hunter2/x@127.0.0.1/0",
        "redis://:hunter2[@127.0.0.1/0",
        "redis://[::1",
        "redis://:hunter2@127.0.0.1/0?none=1",
        "rediss://:hunter2@127.0.0.1/0?ssl_cert_reqs=never",
    ],
)
@pytest.mark.parametrize("made", [client, asyncio_client])
def test_no_password_of_redis_is_said_of_an_address_that_cannot_be_read(
    made: Callable[[str], object], url: str
) -> None:
    with pytest.raises(ConfigError, match="GONGBAO_REDIS_URL") as said:
        made(url)
    assert "hunter2" not in str(said.value)


@pytest.mark.parametrize(
    ("url", "whole"),
    [
        ("redis://redis:6379/0", "redis://:p%40w@redis:6379/0"),
        ("rediss://user@redis/1", "rediss://user:p%40w@redis/1"),
        ("unix:///run/redis.sock", "unix:///run/redis.sock"),
        ("redis://[::1", "redis://[::1"),
    ],
)
def test_the_password_goes_into_the_redis_url_that_has_none(url: str, whole: str) -> None:
    settings = load_settings(redis_url=url, redis_password="p@w")
    assert settings.redis == whole
    assert "p@w" not in repr(settings)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8700"),
        ("0.0.0.0", "http://127.0.0.1:8700"),
        ("::", "http://[::1]:8700"),
        ("fd00::7", "http://[fd00::7]:8700"),
        ("web.internal", "http://web.internal:8700"),
    ],
)
def test_a_server_that_listens_everywhere_is_linked_to_where_it_can_be_found(host: str, url: str) -> None:
    assert load_settings(web_host=host).base_url == load_settings(web_host=host).local_url == url
    assert load_settings(web_host=host, public_url="https://gongbao.example/").base_url == (
        "https://gongbao.example"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "gazette.example.org"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://[::1"),
        ("WEBSUB_HUB", "ftp://hub.example.org/"),
        ("WEBSUB_HUB", "https://hub.example.org:99999/"),
        ("ALLOW_HOSTS", "127.0.0.1,http://example.org"),
        ("ALLOW_HOSTS", "10.0.0.0/8"),
        ("WEB_HOSTS", "example.org/gongbao"),
        ("API_WRITES", "yes"),
        ("MAIL_TLS", "ssl"),
        ("LOG_LEVEL", "loud"),
        ("FEED_AUTHORITY", "gazette of mine"),
        ("FEED_AUTHORITY", "example.org"),
        ("HOST_DELAY", "inf"),
        ("JOB_TIMEOUT", "100000000"),
        ("DELIVERY_LOG_DAYS", "999999"),
        ("CAPTURE_DAYS", "999999"),
        ("PAGE_DEADLINE", "nan"),
        ("USER_AGENT", "公报"),
        ("USER_AGENT", "gongbao\r\nx"),
    ],
)
def test_what_could_never_be_meant_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"GONGBAO_{name}", value)
    with pytest.raises(ConfigError, match=f"GONGBAO_{name}") as said:
        load_settings()
    assert "pattern" not in str(said.value)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("WEB_PORT", "x", "a whole number is expected (got 'x')"),
        ("WEB_PORT", "70000", "65535 is the most"),
        ("HOST_DELAY", "soon", "a number is expected"),
        ("HOST_DELAY", "-1", "0 is the least"),
        ("HOST_DELAY", "inf", "a finite number is expected"),
        ("JOB_TIMEOUT", "0", "more than 0 is expected"),
        ("JOB_TIMEOUT", "100000000", "2592000 is the most"),
        ("OCR", "maybe", "true or false is expected"),
        ("LOG_FORMAT", "xml", "one of 'console', 'json' is expected"),
    ],
)
def test_what_is_expected_is_said(name: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"GONGBAO_{name}", value)
    with pytest.raises(ConfigError) as said:
        load_settings()
    assert f"GONGBAO_{name}: {words}" in str(said.value)


def test_a_setting_that_there_is_not_is_said_by_the_doctor(tmp_path: Path) -> None:
    given = {"GONGBAO_ALLOW_HOST": "127.0.0.1", "GONGBAO_SECRET_KEY_FILE": __file__}
    notes = [
        note for note in Gongbao(tmp_path / "data", given)("doctor").stdout.splitlines() if "such" in note
    ]
    assert len(notes) == 1
    assert "GONGBAO_ALLOW_HOST:" in notes[0]
