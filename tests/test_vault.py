"""Secrets at rest: sealed, opened with the right key only, the key made once."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from alerts.delivery.vault import KEY_FILE, SEALED, Vault, seal_plain
from ingest.errors import ConfigError, NoKey
from ingest.model import Subscription
from ingest.settings import Settings
from ingest.store import subscriptions
from ingest.store import tables as t
from ingest.store.db import Store
from tests.support.subscribers import ALL, SECRET, START, subscribe

KEY, OTHER = "k" * 40, "o" * 40


def vault(folder: Path, key: str | None = None) -> Vault:
    return Vault(Settings(data_dir=folder, secret_key=None if key is None else SecretStr(key)))


def test_what_is_sealed_is_opened_and_shows_nothing(tmp_path: Path) -> None:
    one = vault(tmp_path)
    sealed = one.seal(SECRET)
    assert sealed.startswith(SEALED)
    assert SECRET.removeprefix("whsec_") not in sealed
    assert sealed != one.seal(SECRET)
    assert vault(tmp_path).open(sealed) == SECRET
    key = tmp_path / KEY_FILE
    assert key.stat().st_mode & 0o777 == 0o600
    assert key.read_text().strip() not in repr(one)


def test_nothing_to_open_makes_no_key(tmp_path: Path) -> None:
    folder = tmp_path / "none"
    assert vault(folder).open(SECRET) == SECRET
    assert not folder.exists()


@pytest.mark.parametrize(("keys", "opens"), [(KEY, True), (f"{OTHER},{KEY}", True), (OTHER, False)])
def test_the_first_key_seals_and_all_open(tmp_path: Path, keys: str, opens: bool) -> None:
    sealed = vault(tmp_path, KEY).seal(SECRET)
    if opens:
        assert vault(tmp_path, keys).open(sealed) == SECRET
    else:
        with pytest.raises(ConfigError, match="sealed with another key") as caught:
            vault(tmp_path, keys).open(sealed)
        assert OTHER not in str(caught.value)
    assert not (tmp_path / KEY_FILE).exists()


def test_a_lost_key_file_is_said_and_not_made_anew(tmp_path: Path) -> None:
    sealed = vault(tmp_path).seal(SECRET)
    (tmp_path / KEY_FILE).unlink()
    with pytest.raises(ConfigError, match=r"secret\.key is missing"):
        vault(tmp_path).open(sealed)
    assert not (tmp_path / KEY_FILE).exists()


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="at least 32") as caught:
        vault(tmp_path, "hunter2").seal(SECRET)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("left", ["", "\n", "0123456789abcdef\n"])
def test_a_key_file_that_was_cut_off_seals_nothing(tmp_path: Path, left: str) -> None:
    sealed = vault(tmp_path).seal(SECRET)
    (tmp_path / KEY_FILE).write_text(left)
    with pytest.raises(NoKey, match="it was cut off"):
        vault(tmp_path).seal(SECRET)
    with pytest.raises(NoKey, match="it was cut off"):
        vault(tmp_path).open(sealed)


def test_many_who_come_at_once_have_one_key(tmp_path: Path) -> None:
    gate, sealed = threading.Barrier(8), []

    def work() -> None:
        gate.wait()
        sealed.append(vault(tmp_path).seal(SECRET))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [vault(tmp_path).open(one) for one in sealed] == [SECRET] * 8
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.both_databases
def test_what_an_earlier_version_kept_is_sealed_once(store: Store, tmp_path: Path) -> None:
    it = vault(tmp_path)
    subscribe(store, "https://a.example/", "sub_a")
    with store.begin() as tx:
        later = START + timedelta(hours=1)
        subscriptions.add(
            tx,
            Subscription(
                "sub_b", "https://b.example/", it.seal(SECRET), ALL, START,
                previous_secret=SECRET, previous_secret_until=later,
            ),
        )  # fmt: skip
    assert seal_plain(store, it) == 2
    assert seal_plain(store, it) == 0
    with store.read() as tx:
        kept = [v for row in tx.execute(select(t.subscriptions)) for v in (row.secret, row.previous_secret)]
        assert [it.signing(s, START) for s in subscriptions.all(tx)] == [(SECRET,), (SECRET, SECRET)]
    assert all(value is None or value.startswith(SEALED) for value in kept)
