"""A store leaves by `gongbao export` and comes in by `import-archive`, on either database, without loss."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import MetaData, select, update
from test_evidence import KEY as RONGCHANG
from test_evidence import World, body
from test_operator import B_KEY, MORE, PARTS
from test_workers_jobs import OTHER, TEXT, events, gone, simple, take, told

from alerts.cli.export import unreadable
from alerts.delivery import endpoints
from alerts.delivery.fanout import fan_out
from alerts.delivery.vault import Vault
from alerts.web.app import create_app
from alerts.web.http import api_tokens
from ingest import export
from ingest.archive.archive import Archive
from ingest.errors import ArchiveError, ConfigError, ExportError, GongbaoError, StoreError
from ingest.evidence import behind, payload
from ingest.model import DeliveryState, Filter
from ingest.settings import Settings
from ingest.store import dump, presence, rows, saved_feeds, schema, search, subscriptions
from ingest.store import tables as t
from ingest.store.db import Store
from ingest.store.saved_feeds import SavedFeed
from ingest.store.search import Asked
from tests.support import site_data
from tests.support.receiver import Received, Receiver, status
from tests.support.showing import KEY
from tests.support.store_samples import a_figure
from tests.support.subscribers import ALL, START, Clock, once, sender, settings_for
from tests.support.web_server import WebServer
from workers import operate
from workers.context import Context
from workers.jobs import settle_all

pytestmark = pytest.mark.both_databases

NOW = datetime(2026, 3, 1, tzinfo=UTC)
Lines = dict[str, list[dict[str, Any]]]


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(Settings(data_dir=tmp_path), simple)


@pytest.fixture
def target(other_database: str) -> Iterator[Store]:
    """An empty, migrated database of the other kind."""
    store = Store.open(other_database)
    yield store
    store.close()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive(tmp_path / "there") as made:
        yield made


def populate(store: Store, context: Context) -> None:
    """Reports of several pages, one merged, one withdrawn; subscriptions, deliveries of every state."""
    vault = Vault(context.settings)
    webhook = endpoints.add(store, vault, "https://example.org/hook", ALL, START).subscription
    endpoints.rotate(store, vault, webhook.id, datetime.now(UTC))
    endpoints.add_channel(store, vault, "json://example.org/x", Filter(regions=("500000",)), START)
    take(store, context, TEXT + PARTS)
    take(store, context, OTHER + PARTS, source="yubei", key=B_KEY)
    take(store, context, MORE + PARTS, source="third", official=False)
    take(store, context, TEXT + "别处。", source="dazu", key="work_report/500111/2026")
    gone(store, context, "dazu")
    operate.merge(store, KEY, B_KEY, datetime.now(UTC))
    api_tokens.make(store, "办公室", NOW)
    fan_out(store, datetime.now(UTC))
    with store.begin() as tx:
        saved_feeds.add(tx, SavedFeed("west", "西部", Filter(regions=("500000",)), NOW))
        presence.beat(tx, "send", "elsewhere", NOW, {})
        due = subscriptions.lease_deliveries(tx, "me", datetime.now(UTC), timedelta(days=1), 3)
        kept, dead, done = (delivery.id for delivery, _, _ in due)
        answer = {"status": 503, "error": "忙", "seconds": 0.1 + 0.2}
        for id_, state in ((dead, DeliveryState.DEAD), (done, DeliveryState.DONE)):
            subscriptions.attempted(tx, id_, NOW, state=state, next_attempt_at=None, **answer)  # type: ignore[arg-type]
        # An id once given is not given again, though its row is gone.
        tx.execute(t.attempts.delete().where(t.attempts.c.delivery_id == done))
        assert kept


def add_oddities(store: Store) -> None:
    """Values that are hard to carry, and rows of what `populate` has none of."""
    figure = {**rows.figure_columns(a_figure(start=9900)), "version_id": 1}
    odd = {"low": 5e-324, "high": float("inf"), "quote": "“\u2028\\ \U00020000”\n", "sentence": "\x85"}
    with store.begin() as tx:
        tx.execute(t.targets.insert().values(figure | odd))
        tx.execute(
            update(t.versions).where(t.versions.c.id == 1).values(header={"索引号": [1e22, None, 6.0]})
        )
        page = {"page_id": 1, "source": "cq-shapingba"}
        tx.execute(t.fills.insert().values(**page, put_up_at=NOW, read_at=NOW, filled=["index_number"]))
        tx.execute(t.checks.insert().values(source="cq-shapingba", subject="清单", dates=None))
        file = {
            "url": "https://example.org/报告.docx",
            "name": "报告.docx",
            "sha256": "0" * 64,
            "size": 2**40,
        }
        tx.execute(t.attachments.insert().values(page_id=1, fetched_at=NOW, **file))


def leave(store: Store, file: Path, archive: Archive | None = None) -> export.Manifest:
    return export.export(store, file, NOW, archive=archive)


def content(made: export.Manifest) -> list[tuple[str, int, str]]:
    return [(table.name, table.rows, table.sha256) for table in made.tables]


def lines(file: Path) -> Lines:
    with zipfile.ZipFile(file) as packed:
        return {
            name.removeprefix("tables/").removesuffix(".jsonl"): [
                json.loads(line) for line in packed.read(name).splitlines()
            ]
            for name in packed.namelist()
            if name.startswith("tables/")
        }


def is_empty(store: Store) -> bool:
    store.check()
    with store.read() as tx:
        return not any(dump.count(tx, table) for table in dump.carried())


# --- without loss ----------------------------------------------------------------------------


def test_there_and_back_every_byte_is_the_same(
    store: Store, target: Store, archive: Archive, context: Context, tmp_path: Path
) -> None:
    site_data.seed(store)
    populate(store, context)
    add_oddities(store)
    made = leave(store, tmp_path / "a.zip")
    assert export.take_in(target, tmp_path / "a.zip", archive) == made
    assert content(leave(target, tmp_path / "b.zip")) == content(made)
    held = lines(tmp_path / "a.zip")
    assert set(held) == set(t.metadata.tables) - dump.LEFT_OUT
    assert len([name for name, found in held.items() if found]) >= 22
    [odd] = [row for row in held["targets"] if row["start"] == 9900]
    assert (odd["low"], odd["high"]) == (5e-324, "inf")
    assert not any("lease_owner" in row for rows in held.values() for row in rows)


def test_ids_go_on_where_they_were(
    store: Store, target: Store, archive: Archive, context: Context, tmp_path: Path
) -> None:
    populate(store, context)
    with store.begin() as tx:  # the newest event is gone, and its number with it
        newest = tx.execute(select(t.events.c.sequence).order_by(t.events.c.sequence.desc())).first()
        assert newest is not None
        tx.execute(t.deliveries.delete())
        tx.execute(t.events.delete().where(t.events.c.sequence == newest[0]))
    leave(store, tmp_path / "a.zip")
    export.take_in(target, tmp_path / "a.zip", archive, skip=1000)
    take(target, context, TEXT + "又一份。", source="fourth", key="work_report/500101/2026")
    assert min(e.sequence or 0 for e in events(target) if "500101" in e.subject) == newest[0] + 1001


def test_the_moved_store_shows_the_same_and_has_nothing_new_to_tell(
    store: Store, target: Store, archive: Archive, context: Context, tmp_path: Path
) -> None:
    populate(store, context)
    leave(store, tmp_path / "a.zip")
    export.take_in(target, tmp_path / "a.zip", archive)
    first = shown(store)
    assert shown(target) == first
    assert [status for status, _, _ in first] == [200] * 8 + [307]
    assert f'"key":"{KEY}"'.encode() in first[4][1]  # found by what stands in it
    before = told(target)
    assert before == told(store)
    take(target, context, TEXT + PARTS)
    take(target, context, OTHER + PARTS, source="yubei", key=B_KEY)
    take(target, context, MORE + PARTS, source="third", official=False)
    with target.read() as tx:
        reports = list(tx.scalars(select(t.reports.c.id)))
    assert settle_all(target, context, reports) == 0
    assert fan_out(target, datetime.now(UTC)) == []
    assert told(target) == before


def shown(store: Store) -> list[tuple[int, bytes, str | None]]:
    """What feeds, API and pages give: status, body, ETag."""
    settings = Settings(public_url="https://gazette.example", api_rate=0)
    paths = (
        *("/feed.atom", "/feed.rss", "/feed.json", "/feeds/west.atom"),
        *(
            "/api/v1/search?q=地区生产总值",
            "/api/v1/targets?format=csv",
            "/api/v1/events",
            f"/api/v1/reports/{KEY}",
            f"/reports/{B_KEY}",
        ),
    )

    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=create_app(settings, store))
        async with httpx.AsyncClient(transport=transport, base_url="https://gazette.example") as client:
            return [await client.get(path) for path in paths]

    return [(one.status_code, one.content, one.headers.get("etag")) for one in asyncio.run(ask())]


def sent(requests: list[Received]) -> list[tuple[str, bytes, str]]:
    """What came, without its order: those that are due at once are sent at once."""
    return sorted((r.id, r.body, r.headers["webhook-signature"]) for r in requests)


def test_what_was_due_is_delivered_once_with_the_same_bytes(
    store: Store, target: Store, archive: Archive, context: Context, tmp_path: Path
) -> None:
    async def scenario() -> None:
        settings = settings_for(tmp_path)
        clock = Clock(datetime.now(UTC))
        async with Receiver(status(500), status(200)) as receiver:
            endpoints.add(store, Vault(settings), receiver.url, ALL, clock.now)
            take(store, context, TEXT + PARTS)
            async with sender(settings, store, clock) as old:
                await old.look()  # killed in mid-attempt: leased, and one that failed
                await old.finish()
                leave(store, tmp_path / "a.zip")
                failed = {one.id for one in receiver.received}
                clock.advance(hours=1)
                await once(old)
                by_old = receiver.received[len(failed) :]
            export.take_in(target, tmp_path / "a.zip", archive)
            so_far = len(receiver.received)
            async with sender(settings, target, clock, "b") as new:
                for _ in range(3):
                    await once(new)
            by_new = receiver.received[so_far:]
        assert sent(by_new) == sent(by_old)
        assert by_new
        with target.read() as tx:
            assert {d.state for d in subscriptions.deliveries(tx)} == {DeliveryState.DONE}

    asyncio.run(scenario())


def test_it_is_one_moment_of_a_store_that_is_at_work(
    store: Store, target: Store, archive: Archive, context: Context, tmp_path: Path
) -> None:
    populate(store, context)
    before = leave(store, tmp_path / "before.zip")
    written = []

    @contextmanager
    def writing(_doing: str, _total: int) -> Iterator[Callable[[int], None]]:
        def done(_more: int) -> None:
            if not written:
                written.append(take(store, context, OTHER + "导出之后。", key="work_report/500112/2026"))

        yield done

    assert export.export(store, tmp_path / "a.zip", NOW, count=writing).rows == before.rows
    assert content(export.examine(tmp_path / "a.zip")) == content(before)
    assert written[0] > 0
    export.take_in(target, tmp_path / "a.zip", archive)


# --- the archive's files ---------------------------------------------------------------------


def crawled(store: Store, folder: Path) -> World:
    """A page that changed twice, its records in WARC files."""
    with WebServer() as server:
        world = World(server, store, folder)
        for figure in ("5.5%", "6%", "6.5%"):
            world.shows(body(figure))
            world.look()
    return world


@pytest.mark.parametrize("url", [None, "memory://{}"])
def test_with_warc_every_figure_still_leads_to_its_bytes(
    sqlite_template: Path, tmp_path: Path, url: str | None
) -> None:
    stores = []
    for name in ("here.db", "there.db"):
        (tmp_path / name).write_bytes(sqlite_template.read_bytes())
        stores.append(Store.open(f"sqlite:///{tmp_path / name}"))
    store, target = stores
    world = crawled(store, tmp_path / "here")
    here = Archive.from_settings(world.settings)
    assert len(here.names()) == 3
    with here.whole(here.names()[0]) as (file, _):
        record = file.read()
    torn = world.settings.archive / "gongbao-20260101-x-1-00000000.warc.gz"
    torn.write_bytes(record + record[:50])
    (world.settings.archive / f"{torn.name}.open").touch()  # by a writer, who is in the middle of a record
    made = leave(store, tmp_path / "a.zip", here)
    assert [one.bytes for one in made.warc if one.file.endswith(torn.name)] == [len(record)]
    with Archive(tmp_path / "there", url=url and url.format(tmp_path.name)) as there:
        export.take_in(target, tmp_path / "a.zip", there)
        assert there.names() == here.names()
        with target.read() as tx:
            exhibits = behind(tx, RONGCHANG).exhibits
        assert len(exhibits) == 3
        for exhibit in exhibits:
            found = payload(there, exhibit)
            assert hashlib.sha256(found).hexdigest() == exhibit.capture.sha256
        for name in there.names():
            there.remove(name)
        assert there.names() == []
    store.close()
    target.close()


def test_another_file_of_the_same_name_stops_the_import(store: Store, target: Store, tmp_path: Path) -> None:
    world = crawled(store, tmp_path / "here")
    leave(store, tmp_path / "a.zip", Archive.from_settings(world.settings))
    there = Archive(tmp_path / "there")
    names = Archive.from_settings(world.settings).names()
    there.put(names[-1], io.BytesIO(b"something else"))
    with pytest.raises(ExportError, match=f"another file {names[-1]}"):
        export.take_in(target, tmp_path / "a.zip", there)
    assert is_empty(target)
    assert there.names() == names[-1:]
    there.remove(names[-1])
    export.take_in(target, tmp_path / "a.zip", there)
    assert there.names() == names
    with pytest.raises(ArchiveError, match="not the name of a file"):
        there.put("../out.warc.gz", io.BytesIO(b""))


# --- what cannot be imported -----------------------------------------------------------------


def rewritten(file: Path, change: Callable[[dict[str, Any], dict[str, bytes]], None], *, sums: bool) -> None:
    """Alter an export's manifest and members; with `sums` as somebody would who knows how it is made."""
    with zipfile.ZipFile(file) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    manifest = json.loads(members.pop(export.MANIFEST))
    change(manifest, members)
    if sums:
        for table in manifest["tables"]:
            content = members[table["file"]]
            table |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            table["rows"] = content.count(b"\n")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
        packed.writestr(export.MANIFEST, json.dumps(manifest))


def _of(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    return next(table for table in manifest["tables"] if table["name"] == name)


PAGES = "tables/pages.jsonl"
CHANGES: dict[str, tuple[Callable[[dict[str, Any], dict[str, bytes]], Any], bool, str]] = {
    "a later format": (lambda m, _: m.update(format=2), False, "update gongbao"),
    "a later revision": (lambda m, _: m.update(revision="9999"), False, "newer gongbao"),
    "an unreleased revision": (lambda m, _: m.update(revision="0018"), False, "before the first release"),
    "no number": (lambda m, _: m.update(format="1"), False, "manifest is altered: format"),
    "a manifest without its tables": (lambda m, _: m.pop("tables"), False, "altered: tables"),
    "no manifest": (lambda m, _: m.clear(), False, "no export"),
    "a figure altered": (
        lambda _, f: f.update({"tables/targets.jsonl": f["tables/targets.jsonl"].replace(b"6.0", b"9.0")}),
        False,
        "targets.jsonl is not what the manifest says",
    ),
    "a line left out": (
        lambda _, f: f.update({PAGES: b"\n".join(f[PAGES].split(b"\n")[1:])}),
        False,
        "pages.jsonl is not what",
    ),
    "rows that are not there": (
        lambda m, _: _of(m, "pages").update(rows=7),
        False,
        "1 rows, its manifest says 7",
    ),
    "a file too many": (lambda _, f: f.update({"../../etc/passwd": b""}), False, "differ: ../../etc/passwd"),
    "a file too few": (lambda _, f: f.pop(PAGES), False, f"differ: {PAGES}"),
    "a table that is none": (lambda m, _: _of(m, "pages").update(name="pages; --"), True, "does not have"),
    "a column that is none": (
        lambda m, _: _of(m, "pages")["columns"].update({"x); --": "text"}),
        True,
        "columns that `pages` does not have",
    ),
    "a kind that is none": (
        lambda m, _: _of(m, "pages")["columns"].update(url="shell"),
        True,
        "`pages.url` is 'shell'",
    ),
    "no JSON": (lambda _, f: f.update({PAGES: b"<html>\n"}), True, "line 1 of `pages` is no row"),
    "a field too few": (lambda _, f: f.update({PAGES: b'{"id":1}\n'}), True, "not the columns"),
    "a text for a number": (
        lambda _, f: f.update({PAGES: f[PAGES].replace(b'"failures":0', b'"failures":"0"')}),
        True,
        "'0' is no integer",
    ),
    "a number that no column holds": (
        lambda _, f: f.update({PAGES: f[PAGES].replace(b'"failures":0', b'"failures":9223372036854775808')}),
        True,
        "no integer of 64 bits",
    ),
    "brackets without end": (
        lambda _, f: f.update({PAGES: b"[" * 200_000 + b"\n"}),
        True,
        "line 1 of `pages`",
    ),
    "a last number that no column holds": (
        lambda m, _: _of(m, "pages").update(last_id=2**63),
        True,
        "manifest is altered: tables",
    ),
    "a time without a zone": (
        lambda _, f: f.update({PAGES: f[PAGES].replace(b'Z"', b'"')}),
        True,
        "without a zone",
    ),
    "a page of no source": (
        lambda _, f: f.update({PAGES: f[PAGES].replace(b'"source":"banan"', b'"source":"nobody"')}),
        True,
        "(?i)foreign key",
    ),
    "two of one key": (lambda _, f: f.update({PAGES: f[PAGES] * 2}), True, "(?i)unique"),
}


@pytest.fixture(scope="module")
def exported(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A good export."""
    folder = tmp_path_factory.mktemp("exported")
    (folder / "a.db").write_bytes(sqlite_template.read_bytes())
    store = Store.open(f"sqlite:///{folder / 'a.db'}")
    take(store, Context(Settings(data_dir=folder), simple), TEXT + PARTS)
    export.export(store, folder / "a.zip", NOW)
    store.close()
    return (folder / "a.zip").read_bytes()


def test_a_bad_file_is_said_and_leaves_nothing_behind(
    store: Store, archive: Archive, exported: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "a.zip"
    for what, (change, sums, says) in CHANGES.items():
        file.write_bytes(exported)
        rewritten(file, change, sums=sums)
        with pytest.raises(GongbaoError, match=says):
            export.take_in(store, file, archive)
        assert is_empty(store), what
    middle = exported.index(b"tables/versions.jsonl") + 100  # in what is packed
    for torn in (
        b"",
        exported[:middle],
        exported[:-1],
        exported[:middle] + bytes([exported[middle] ^ 1]) + exported[middle + 1 :],
        b"PK\x05\x06" + bytes(18),
        b"\x00" * 1000,
    ):
        file.write_bytes(torn)
        with pytest.raises(ExportError, match=r"a\.zip: "):
            export.take_in(store, file, archive)
        assert is_empty(store)
    with pytest.raises(ExportError, match="No such file"):
        export.take_in(store, tmp_path / "none.zip", archive)
    file.write_bytes(exported)
    export.take_in(store, file, archive)
    assert not is_empty(store)
    with pytest.raises(ExportError, match="not empty: there are rows in `reports`"):
        export.take_in(store, file, archive)


def test_a_database_that_is_not_migrated(
    bare_database: str, archive: Archive, exported: bytes, tmp_path: Path
) -> None:
    (tmp_path / "a.zip").write_bytes(exported)
    store = Store.open(bare_database)
    with pytest.raises(StoreError, match="gongbao migrate"):
        store.check()
    with pytest.raises(StoreError, match="gongbao up"):
        export.take_in(store, tmp_path / "a.zip", archive)
    store.close()


def test_an_export_overwrites_nothing_and_leaves_no_half_file(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_text("mine")
    with pytest.raises(ConfigError, match="there already"):
        leave(store, tmp_path / "a.zip")

    @contextmanager
    def failing(_doing: str, _total: int) -> Iterator[Callable[[int], None]]:
        raise OSError(28, "No space left on device")
        yield

    with pytest.raises(ExportError, match="No space left"):
        export.export(store, tmp_path / "b.zip", NOW, count=failing)
    with pytest.raises(ExportError, match="No such file"):
        leave(store, tmp_path / "none" / "b.zip")
    assert {path.name for path in tmp_path.iterdir()} - {
        "gongbao.db",
        "gongbao.db-wal",
        "gongbao.db-shm",
    } == {"a.zip"}
    leave(store, tmp_path / "c.zip")
    assert (tmp_path / "c.zip").stat().st_mode & 0o777 == 0o600


# --- of an older version ---------------------------------------------------------------------

FIRST, SECOND = (
    """
from alembic import op
from ingest.store.tables import metadata
revision = "0099"
down_revision = None
def upgrade():
    metadata.create_all(op.get_bind())
    op.drop_table("decisions")
    with op.batch_alter_table("reports") as batch:
        batch.drop_column("merged_into")
""",
    """
import sqlalchemy as sa
from alembic import op
from ingest.store.tables import metadata
revision = "{newest}"
down_revision = "0099"
def upgrade():
    with op.batch_alter_table("reports") as batch:
        batch.add_column(sa.Column("merged_into", metadata.tables["reports"].c.merged_into.type))
    metadata.tables["decisions"].create(op.get_bind())
""",
)
OLD = "0099"


@pytest.fixture
def two_steps(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The present tables as if they had come in two versions; `store` is there before, made as ever."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    for number, script in enumerate((FIRST, SECOND.replace("{newest}", schema.newest() or ""))):
        (folder / "versions" / f"step_{number}.py").write_text(script)
    shutil.copy(Path(str(schema.MIGRATIONS)) / "env.py", folder)
    monkeypatch.setattr(schema, "MIGRATIONS", folder)


def as_of(revision: str, file: Path, folder: Path) -> None:
    """What the version with that revision would have exported."""
    old = Store.open(f"sqlite:///{folder / 'old.db'}")
    with old.begin() as tx:
        schema.upgrade(tx, revision)
        there = MetaData()
        there.reflect(tx)
    old.close()

    def strip(manifest: dict[str, Any], members: dict[str, bytes]) -> None:
        manifest["revision"] = revision
        manifest["tables"] = [one for one in manifest["tables"] if one["name"] in there.tables]
        for name in set(members) - {one["file"] for one in manifest["tables"]}:
            del members[name]
        for one in manifest["tables"]:
            columns = there.tables[one["name"]].columns
            one["columns"] = {name: kind for name, kind in one["columns"].items() if name in columns}
            rows = [json.loads(line) for line in members[one["file"]].splitlines()]
            stripped = [{name: row[name] for name in one["columns"]} for row in rows]
            members[one["file"]] = b"".join(json.dumps(row).encode() + b"\n" for row in stripped)

    rewritten(file, strip, sums=True)


@pytest.mark.usefixtures("two_steps")
def test_an_export_of_an_older_version_is_brought_up_to_date(
    store: Store, archive: Archive, context: Context, exported: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(exported)
    as_of(OLD, file, tmp_path)
    assert "merged_into" not in lines(file)["reports"][0]
    export.take_in(store, file, archive)
    store.check()
    with store.read() as tx:
        assert {hit.report.key for hit in search.search(tx, Asked("地区生产总值")).hits} >= {KEY}
    assert leave(store, tmp_path / "now.zip").rows == export.examine(file).rows
    file.write_bytes(exported)
    assert lines(tmp_path / "now.zip") == lines(file)
    before = len(told(store))
    take(store, context, TEXT + PARTS)
    assert len(told(store)) == before
    take(store, context, OTHER + PARTS)
    assert told(store)[before:] == ["report.revised", "target.revised"]


@pytest.mark.usefixtures("two_steps")
def test_an_older_export_that_fails_leaves_the_tables_of_today(
    store: Store, archive: Archive, exported: bytes, tmp_path: Path
) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(exported)
    as_of(OLD, file, tmp_path)
    rewritten(file, lambda _, f: f.update({PAGES: f[PAGES] * 2}), sums=True)
    with pytest.raises(StoreError, match=r"(?i)unique"):
        export.take_in(store, file, archive)
    assert is_empty(store)


# --- secrets ---------------------------------------------------------------------------------


def test_secrets_travel_sealed_and_a_missing_key_is_noticed(
    store: Store, archive: Archive, context: Context, tmp_path: Path
) -> None:
    vault = Vault(context.settings)
    made = endpoints.add(store, vault, "https://example.org/hook", ALL, START)
    leave(store, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert made.secret.encode() not in packed.read("tables/subscriptions.jsonl")
    assert unreadable(store, vault) == 0
    assert unreadable(store, Vault(Settings(data_dir=tmp_path / "elsewhere"))) == 1


def test_every_column_that_is_left_out_may_be_empty() -> None:
    for table in dump.carried():
        assert all(table.columns[name].nullable for name in dump.TRANSIENT & set(table.columns.keys()))
