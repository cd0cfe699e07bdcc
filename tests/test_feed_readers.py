"""Real feed readers subscribe to the running service: each entry once, 304 when they ask again.

lemon24/reader and feedparser come from PyPI; newsboat, rss2email and sfeed from Debian, if installed.
"""

from __future__ import annotations

import email
import email.policy
import shutil
import sqlite3
import subprocess
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import httpx
import pytest

from alerts.words.titles import title_of
from ingest.events import EventType, make_event
from ingest.store import outbox
from ingest.store.db import Store
from tests.support import site_data
from tests.support.site_server import Asked, served, stored
from tests.support.subscribers import report_event, tell

LONG_AGO = datetime(2026, 1, 25, tzinfo=UTC)

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    reader = pytest.importorskip("reader", reason="lemon24/reader is not installed")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with stored(tmp_path) as store:
        yield store


@pytest.fixture
def asked() -> list[Asked]:
    """What was asked of the service."""
    return []


@pytest.fixture
def site(store: Store, asked: list[Asked]) -> Iterator[str]:
    with served(store, asked) as url:
        yield url


def asked_of(asked: list[Asked], path: str) -> tuple[int, bool]:
    """The last request for a feed: its status, and whether it was only for what is new."""
    last = [one for one in asked if one.path == path][-1]
    return last.status, last.validators


def needs(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed (deploy/bootstrap.sh dev installs it on Debian)")
    return found


def run(*command: str, cwd: Path, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout


def expected(site: str) -> list[str]:
    return [item["id"] for item in httpx.get(f"{site}/feed.json").json()["items"]]


def revise(store: Store) -> str:
    """A report revised: one event more; its title."""
    with store.read() as tx:
        old = next(e for e in outbox.events(tx, limit=100) if e.type == "target.revised")
    at = LONG_AGO + timedelta(days=1)
    target = {**old.data["target"], "low": 5.0, "high": 5.0}
    data = {**old.data, "differences": [{"target": target, "previous": old.data["target"]}]}
    revised = make_event(EventType.REPORT_REVISED, old.data["report"]["key"], "again", at, data)
    with store.begin() as tx:
        outbox.append(tx, [revised])
    return title_of(revised)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("path", ["/feed.atom", "/feed.rss", "/feed.json"])
def test_lemon24_reader(site: str, asked: list[Asked], store: Store, path: str) -> None:
    with reader.make_reader(":memory:") as it:
        it.add_feed(site + path)
        it.update_feeds(scheduled=False)
        assert it.get_feed(site + path).last_exception is None
        assert sorted(entry.id for entry in it.get_entries()) == sorted(expected(site))
        first = it.get_feed(site + path).last_updated
        it.update_feeds(scheduled=False)
        assert it.get_feed(site + path).last_updated == first
        assert asked_of(asked, path) == (304, True)
        title = revise(store)
        it.update_feeds(scheduled=False)
        news = [e for e in it.get_entries() if e.last_updated > first]
        assert [e.title for e in news] == [title]
        assert len(list(it.get_entries())) == len(expected(site))


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.rss"])
def test_feedparser(site: str, store: Store, path: str) -> None:
    def said(parsed: Any) -> dict[str, tuple[str, str]]:
        return {e.id: (e.title, e.summary) for e in parsed.entries}

    first = feedparser.parse(site + path)
    assert sorted(e.id for e in first.entries) == sorted(expected(site))
    assert feedparser.parse(site + path, etag=first.etag, modified=first.modified).status == 304
    title = revise(store)
    before, again = said(first), said(feedparser.parse(site + path, etag=first.etag))
    assert [again[id_][0] for id_ in again if again[id_] != before.get(id_)] == [title]


def newsboat(address: str, folder: Path) -> Callable[[], dict[str, tuple[str, str]]]:
    """What gives {id: (title, content)} after a reload; newsboat says how many are unread."""
    program = needs("newsboat")
    (folder / "urls").write_text(address + "\n")
    (folder / "config").write_text("auto-reload no\n")
    files = ["-C", "config", "-u", "urls", "-c", "cache.db"]
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "dumb"}

    def entries() -> dict[str, tuple[str, str]]:
        run(program, *files, "-x", "reload", cwd=folder, environment=environment)
        said = run(program, *files, "-x", "print-unread", cwd=folder, environment=environment)
        with closing(sqlite3.connect(folder / "cache.db")) as cache:
            kept = cache.execute("SELECT guid, title, content FROM rss_item").fetchall()
        assert int(said.split()[0]) == len(kept) == len({guid for guid, _, _ in kept})
        return {guid: (title, content) for guid, title, content in kept}

    return entries


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.rss"])
def test_newsboat(site: str, asked: list[Asked], store: Store, tmp_path: Path, path: str) -> None:
    entries = newsboat(site + path, tmp_path)
    first = entries()
    assert sorted(first) == sorted(expected(site))
    assert entries() == first
    assert entries() == first
    assert asked_of(asked, path) == (304, True)  # it sends validators from the third time on
    title = revise(store)
    again = entries()
    assert [again[guid][0] for guid in again if again[guid] != first.get(guid)] == [title]
    assert len(again) == len(first) + 1


def sfeed(address: str) -> list[list[str]]:
    """Its lines of a feed: time, title, link, content, type, id, author, enclosure, tags."""
    needs("sfeed")
    body = httpx.get(address).content
    done = subprocess.run(["sfeed"], input=body, capture_output=True, timeout=60, check=True)
    return [line.split("\t") for line in done.stdout.decode().splitlines()]


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.rss"])
def test_sfeed(site: str, store: Store, path: str) -> None:
    first = sfeed(site + path)
    assert sorted(line[5] for line in first) == sorted(expected(site))
    assert all(line[0].isdigit() and line[2].startswith("http") for line in first)
    title = revise(store)
    assert [line[1] for line in sfeed(site + path) if line not in first] == [title]


def rss2email(address: str, folder: Path) -> Callable[[], dict[str, tuple[str, str]]]:
    """What runs it and gives {file: (subject, id of the entry)} of every mail."""
    program = needs("r2e")
    mails = folder / "mail"
    environment = {
        "HOME": str(folder),
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "XDG_CONFIG_HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
    }

    def r2e(*args: str) -> str:
        return run(program, "-c", "r2e.cfg", "-d", "r2e.json", *args, cwd=folder, environment=environment)

    r2e("new", "reader@example.org")
    config = folder / "r2e.cfg"
    text = config.read_text()
    text = "\n".join(
        {"email-protocol": "email-protocol = maildir", "maildir-path": f"maildir-path = {mails}"}.get(
            line.partition(" =")[0], line
        )
        for line in text.splitlines()
    )
    config.write_text(text)
    (mails / "INBOX").mkdir(parents=True)
    for name in ("new", "cur", "tmp"):
        (mails / "INBOX" / name).mkdir()
    r2e("add", "gongbao", address)

    def subjects() -> dict[str, tuple[str, str]]:
        r2e("run")
        found = {}
        for path in mails.rglob("new/*"):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            found[path.name] = (str(mail["subject"]), str(mail["x-rss-id"]))
        return found

    return subjects


def test_rss2email(site: str, asked: list[Asked], store: Store, tmp_path: Path) -> None:
    subjects = rss2email(f"{site}/feed.atom", tmp_path)
    first = subjects()
    assert len(first) == len(expected(site))
    assert subjects() == first
    assert asked_of(asked, "/feed.atom") == (304, True)
    title = revise(store)
    assert [said for name, (said, _) in subjects().items() if name not in first] == [title]


# --- three hundred reports in an hour ---------------------------------------------------------


def of_feedparser(address: str, folder: Path) -> Callable[[], list[str]]:
    return lambda: [entry.id for entry in feedparser.parse(address).entries]


def of_sfeed(address: str, folder: Path) -> Callable[[], list[str]]:
    needs("sfeed")
    return lambda: [line[5] for line in sfeed(address)]


def of_newsboat(address: str, folder: Path) -> Callable[[], list[str]]:
    entries = newsboat(address, folder)
    return lambda: list(entries())


def of_rss2email(address: str, folder: Path) -> Callable[[], list[str]]:
    subjects = rss2email(address, folder)
    return lambda: [id_ for _, id_ in subjects().values()]


def of_lemon24(address: str, folder: Path) -> Callable[[], list[str]]:
    def ids() -> list[str]:
        with reader.make_reader(str(folder / "reader.db")) as it:
            it.add_feed(address, exist_ok=True)
            it.update_feeds(scheduled=False)
            return [entry.id for entry in it.get_entries()]

    return ids


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "follow",
    [of_feedparser, of_lemon24, of_newsboat, of_sfeed, pytest.param(of_rss2email, marks=pytest.mark.long)],
)
def test_each_of_three_hundred_reports_of_an_hour_is_seen_once(
    tmp_path: Path, follow: Callable[[str, Path], Callable[[], list[str]]]
) -> None:
    """By who asks every hour; some keep what they saw, some forget it and are given it again."""
    with stored(tmp_path / "many", seeded=False) as store, served(store) as url:
        ask = follow(f"{url}/feed.atom", tmp_path)
        seen: set[str] = set()
        told, number = [], 0
        for hour, many in enumerate((3, 300, 2)):
            since = site_data.START + timedelta(hours=hour)
            new = [report_event(number + n, since + timedelta(seconds=n)) for n in range(many)]
            tell(store, *new)
            number += many
            told.append(many)
            given = ask()
            assert len(given) == len(set(given)), "nothing twice"
            assert len(set(given) - seen) == many, "nothing lost"
            seen |= set(given)
        assert len(seen) == sum(told)


def test_a_reader_that_follows_the_archives_has_everything(tmp_path: Path) -> None:
    with stored(tmp_path / "many", seeded=False) as store, served(store) as url:
        tell(store, *(report_event(n, site_data.START) for n in range(250)))
        seen: set[str] = set()
        address: str | None = f"{url}/feed.atom"
        while address:
            parsed = feedparser.parse(address)
            seen |= {e.id for e in parsed.entries}
            address = next((link.href for link in parsed.feed.links if link.rel == "prev-archive"), None)
        assert len(seen) == 250
