"""What the operator decides: two reports are one, a text is another report, and neither after all."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from test_workers_jobs import OTHER, TEXT, Failing, events, simple, take, told

from ingest.errors import ConfigError, Contended
from ingest.events import EventType, event_id
from ingest.filters import matches
from ingest.model import Event, Filter
from ingest.settings import Settings
from ingest.store import decisions, documents, extraction, overview
from ingest.store import tables as t
from ingest.store.db import Store
from tests.support.service import Gongbao
from tests.support.showing import KEY, show
from tests.support.site_server import served
from workers import operate
from workers.context import Context
from workers.jobs import extract_all, settle_all
from workers.operate import Done

B_KEY = "work_report/500112/2026"
OURS = "大会秘书处编印。" + TEXT.replace("重点工作", "重点工作是抓项目、稳增长")
MORE = TEXT.replace("重点工作", "外贸进出口回稳向好，重点工作")
PARTS = "各位代表，" + "".join(f"第{n}项工作要抓好落实，责任到人。" for n in "一二三四五六七八九十")


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(Settings(data_dir=tmp_path), simple)


@pytest.fixture
def two(store: Store, context: Context) -> Store:
    """Report A on its portal, report B on another, with another figure; both announced."""
    take(store, context, TEXT + PARTS)
    take(store, context, OTHER + PARTS, source="yubei", key=B_KEY)
    return store


def now() -> datetime:
    return datetime.now(UTC)


def state(store: Store) -> object:
    """Everything that is known, without when it was told."""
    r, v, c, e = t.reports.c, t.versions.c, t.copies.c, t.relations.c
    queries = (
        select(r.key, r.title, r.announced_version_id, r.provisional, r.withdrawn_at, r.merged_into)
        .add_columns(r.unsettled_since)
        .order_by(r.id),
        select(v.id, v.report_id, v.relation).order_by(v.id),
        select(c.id, c.page_id, c.version_id, c.relation, c.ended_at).order_by(c.id),
        select(e.version_id, e.other_version_id, e.relation).order_by(e.version_id, e.other_version_id),
    )
    with store.read() as tx:
        return [tuple(tx.execute(query).all()) for query in queries]


def types(done: Done) -> list[str]:
    return [event.type for event in done.told]


def report_of(store: Store, version_id: int | None) -> str:
    assert version_id is not None
    with store.read() as tx:
        version = documents.version(tx, version_id)
        assert version is not None
        report = documents.report(tx, version.report_id)
        assert report is not None
        return report.key


def crawl(store: Store, context: Context) -> list[str]:
    """Look at both pages again; what is new of it."""
    before = len(told(store))
    take(store, context, TEXT + PARTS)
    take(store, context, OTHER + PARTS, source="yubei", key=B_KEY)
    return told(store)[before:]


# --- merge -----------------------------------------------------------------------------------


def test_two_reports_become_one(two: Store, context: Context) -> None:
    done = operate.merge(two, KEY, B_KEY, now())
    assert Counter(types(done)) == {
        "operator.merged": 1,
        "report.withdrawn": 1,  # of B
        "report.revised": 1,  # of A: B's text is the newer
        "target.revised": 1,
    }
    withdrawn = next(e for e in done.told if e.type == "report.withdrawn")
    assert (withdrawn.subject, withdrawn.data["moved_to"]) == (B_KEY, KEY)
    merged = done.told[0]
    assert (merged.type, merged.subject, merged.data["into"]["key"]) == ("operator.merged", B_KEY, KEY)
    assert merged.data["versions_total"] == 1
    revised = next(e for e in done.told if e.type == "target.revised")
    assert revised.subject == f"{KEY}#gdp.growth"
    assert (revised.data["previous"]["low"], revised.data["target"]["low"]) == (6.0, 5.0)


def test_no_figure_is_told_twice(two: Store) -> None:
    operate.merge(two, KEY, B_KEY, now())
    assert len({e.id for e in events(two)}) == len(events(two))
    published = Counter(e.subject for e in events(two) if e.type == "target.published")
    assert set(published.values()) == {1}


def test_looking_again_after_a_merge_tells_nothing(two: Store, context: Context) -> None:
    operate.merge(two, KEY, B_KEY, now())
    before = state(two)
    assert crawl(two, context) == []
    with two.read() as tx:
        found = list(tx.execute(select(t.reports.c.id)).scalars())
    assert settle_all(two, context, found) == 0
    assert state(two) == before


def test_a_page_under_the_old_key_is_of_the_other_report(two: Store, context: Context) -> None:
    operate.merge(two, KEY, B_KEY, now())
    later = show(two, MORE + PARTS, source="third", key=B_KEY, official=False)
    assert report_of(two, later.version_id) == KEY


@pytest.mark.both_databases
def test_undo_restores_exactly(two: Store, context: Context) -> None:
    before = state(two)
    done = operate.merge(two, KEY, B_KEY, now())
    assert state(two) != before
    back = operate.undo(two, done.decision.id, now())
    assert state(two) == before
    assert Counter(types(back)) == {
        "operator.undone": 1,
        "report.published": 1,  # B again
        "target.published": 2,
        "report.revised": 1,  # A says again what it said
        "target.revised": 1,
    }
    assert next(e for e in back.told if e.type == "report.published").subject == B_KEY
    assert crawl(two, context) == []
    again = operate.merge(two, KEY, B_KEY, now())
    assert types(again) == types(done)
    operate.undo(two, again.decision.id, now())
    assert state(two) == before


def test_undo_of_a_merge_with_an_unofficial_report(store: Store, context: Context) -> None:
    """What the portal said is said of another report then, and holds back nothing."""
    take(store, context, TEXT + PARTS, source="forum", official=False)
    take(store, context, OTHER + PARTS, source="yubei", key=B_KEY)
    before = state(store)
    done = operate.merge(store, KEY, B_KEY, now())
    assert "report.contradicted" in types(done)
    back = operate.undo(store, done.decision.id, now())
    assert state(store) == before
    assert "report.revised" in types(back)  # of A, to what the forum shows
    assert take(store, context, TEXT + PARTS, source="forum", official=False) == 0


def test_undo_gives_back_what_has_come_since(two: Store, context: Context) -> None:
    done = operate.merge(two, KEY, B_KEY, now())
    of_b = show(two, MORE + PARTS, source="third", key=B_KEY, official=False)
    of_a = show(two, OURS + PARTS, source="fourth", official=False)
    operate.undo(two, done.decision.id, now())
    assert (report_of(two, of_b.version_id), report_of(two, of_a.version_id)) == (B_KEY, KEY)


def test_a_chain_of_merges_is_followed_and_undone_from_its_end(two: Store, context: Context) -> None:
    third = "work_report/500111/2026"
    take(two, context, MORE + PARTS, source="dazu", key=third)
    before = state(two)
    first = operate.merge(two, KEY, B_KEY, now())
    second = operate.merge(two, third, KEY, now())
    assert report_of(two, show(two, OURS + PARTS, source="x", key=B_KEY).version_id) == third
    with pytest.raises(ConfigError, match=f"decision {second.decision.id} builds on it"):
        operate.undo(two, first.decision.id, now())
    operate.undo(two, second.decision.id, now())
    operate.undo(two, first.decision.id, now())
    with two.read() as tx:
        keys = [r[0] for r in tx.execute(select(t.reports.c.key).where(t.reports.c.merged_into.is_not(None)))]
    assert keys == []
    assert before != state(two)  # one text has come since


def test_a_circle_of_merges_ends(two: Store) -> None:
    """Which no command makes."""
    with two.begin() as tx:
        tx.execute(t.reports.update().values(merged_into=3 - t.reports.c.id))
    with two.read() as tx:
        assert decisions.survivor(tx, 1) in (1, 2)


@pytest.mark.parametrize(
    ("into", "other", "says"),
    [
        (KEY, KEY, "both are"),
        (KEY, "work_report/nowhere", "none has this key"),
        (KEY, "work_report/5001", "not only one"),
    ],
)
def test_a_merge_that_cannot_be(two: Store, into: str, other: str, says: str) -> None:
    before = state(two)
    with pytest.raises(ConfigError, match=says):
        operate.merge(two, into, other, now())
    assert state(two) == before


def test_a_merge_is_made_once(two: Store) -> None:
    done = operate.merge(two, KEY, B_KEY, now())
    before = len(told(two))
    for into, other in ((KEY, B_KEY), (B_KEY, KEY)):
        with pytest.raises(ConfigError, match=f"merged into {KEY}.*undo {done.decision.id}"):
            operate.merge(two, into, other, now())
    operate.undo(two, done.decision.id, now())
    with pytest.raises(ConfigError, match="that was done"):
        operate.undo(two, done.decision.id, now())
    with pytest.raises(ConfigError, match="no such decision"):
        operate.undo(two, 99, now())
    assert told(two)[before:].count("operator.undone") == 1


def test_ids_are_made_of_what_happened(two: Store) -> None:
    [merged] = [e for e in operate.merge(two, KEY, B_KEY, now()).told if e.type == "operator.merged"]
    assert merged.id == event_id(EventType.OPERATOR_MERGED, B_KEY, f"1>{KEY}")


def test_decisions_are_for_those_who_ask(two: Store) -> None:
    merged: Event = operate.merge(two, KEY, B_KEY, now()).told[0]
    assert not matches(Filter(), merged)
    assert matches(Filter(types=("operator.*",), regions=("500113",)), merged)


def test_the_page_of_a_merged_report_leads_to_the_other(two: Store) -> None:
    done = operate.merge(two, KEY, B_KEY, now())
    with served(two) as url, httpx.Client(base_url=url) as client:
        answer = client.get(f"/reports/{B_KEY}")
        assert (answer.status_code, answer.headers["location"].endswith(f"/reports/{KEY}")) == (307, True)
        assert client.get(f"/api/v1/reports/{B_KEY}").json()["moved_to"] == KEY
        assert client.get(f"/api/v1/reports/{KEY}").json()["moved_to"] is None
        assert [r["key"] for r in client.get("/api/v1/reports").json()["items"]] == [KEY]
        with two.read() as tx:
            assert overview.totals(tx).reports == 1
        operate.undo(two, done.decision.id, now())
        assert client.get(f"/reports/{B_KEY}").status_code == 200


# --- split -----------------------------------------------------------------------------------


@pytest.fixture
def mixed(store: Store, context: Context) -> Store:
    """One report with two texts, the later of which is of another matter."""
    take(store, context, TEXT + PARTS)
    take(store, context, OTHER + PARTS, source="yubei")
    return store


def numbers(store: Store) -> list[int]:
    with store.read() as tx:
        return list(tx.execute(select(t.versions.c.id).order_by(t.versions.c.id)).scalars())


@pytest.mark.parametrize("into", ["new", B_KEY])
def test_a_text_leaves_its_report(mixed: Store, context: Context, into: str) -> None:
    if into == B_KEY:
        take(mixed, context, OURS + PARTS, source="dazu", key=B_KEY, official=False)
    before = state(mixed)
    second = numbers(mixed)[1]
    done = operate.split(mixed, [str(second)], into, now())
    key = report_of(mixed, second)
    assert key == (B_KEY if into == B_KEY else done.into.key)
    assert key != KEY
    says = Counter(types(done))
    assert (says["operator.split"], says["report.revised"], says["target.revised"]) == (
        1,
        1,
        1 + (into != "new"),
    )
    assert says["report.contradicted" if into == B_KEY else "report.published"] == 1
    assert says["target.published"] == (0 if into == B_KEY else 2)
    count = len(told(mixed))
    take(mixed, context, TEXT + PARTS)
    take(mixed, context, OTHER + PARTS, source="yubei")  # as its page says, of A
    assert len(told(mixed)) == count
    assert report_of(mixed, second) == key
    back = operate.undo(mixed, done.decision.id, now())
    assert types(back)[0] == "operator.undone"
    assert report_of(mixed, second) == KEY
    if into == B_KEY:
        assert state(mixed) == before
    else:
        gone = next(e for e in back.told if e.type == "report.withdrawn")
        assert (gone.subject, gone.data["moved_to"]) == (key, KEY)


def test_nothing_of_a_dry_run_is_kept(mixed: Store) -> None:
    before, known = told(mixed), state(mixed)
    tried = operate.split(mixed, [str(numbers(mixed)[1])], "new", now(), dry_run=True)
    assert (told(mixed), state(mixed)) == (before, known)
    assert types(operate.split(mixed, [str(numbers(mixed)[1])], "new", now())) == types(tried)


def test_the_same_split_has_the_same_key(mixed: Store) -> None:
    second = numbers(mixed)[1]
    first = operate.split(mixed, [str(second)], "new", now())
    operate.undo(mixed, first.decision.id, now())
    again = operate.split(mixed, [str(second)], "new", now())
    assert again.into.key == first.into.key
    assert "report.published" in types(again)


def test_a_split_that_cannot_be(mixed: Store, context: Context) -> None:
    take(mixed, context, MORE + PARTS, source="dazu", key=B_KEY)
    one, two_, three = numbers(mixed)
    before = state(mixed)
    for which, into, says in (
        ([one, two_], "new", "nothing of"),
        ([one, three], "new", "one at a time"),
        ([one], KEY, "already"),
        ([99], "new", "no such version"),
        ([one], "work_report/x", "none has this key"),
    ):
        with pytest.raises(ConfigError, match=says):
            operate.split(mixed, [str(n) for n in which], into, now())
    assert state(mixed) == before


def test_a_decision_is_undone_after_those_that_build_on_it(mixed: Store, context: Context) -> None:
    take(mixed, context, MORE + PARTS, source="dazu", key=B_KEY)
    before = state(mixed)
    split = operate.split(mixed, [str(numbers(mixed)[1])], B_KEY, now())
    merged = operate.merge(mixed, KEY, B_KEY, now())
    with pytest.raises(ConfigError, match="undo that first"):
        operate.undo(mixed, split.decision.id, now())
    operate.undo(mixed, merged.decision.id, now())
    operate.undo(mixed, split.decision.id, now())
    assert state(mixed) == before


def test_what_is_not_extracted_yet_is_told_by_a_worker(mixed: Store, context: Context) -> None:
    shown = show(mixed, MORE + PARTS, source="dazu", key=B_KEY)
    done = operate.merge(mixed, KEY, B_KEY, now())
    assert done.waits
    assert types(done) == ["operator.merged"]
    assert take(mixed, context, MORE + PARTS, source="dazu", key=B_KEY) == 0 or shown.version_id


# --- as it is typed --------------------------------------------------------------------------


def test_the_commands(tmp_path: Path) -> None:
    gongbao = Gongbao(tmp_path / "data", {})
    for year in (2025, 2026):
        report = tmp_path / f"{year}.txt"
        report.write_text(
            f"重庆市铜梁区人民政府工作报告\n——{year}年1月20日在铜梁区第三届人民代表大会上\n各位代表：\n"
            f"{year}年主要预期目标是：地区生产总值增长{year - 2020}%左右。\n",
            encoding="utf-8",
        )
        gongbao("import", "--official", str(report))
    a, b = "work_report/500151/2026", "work_report/500151/2025"
    tried = gongbao("merge", a, b, "--dry-run")
    assert tried.stderr == "", "it logs nothing that has not happened"
    foretold = tried.stdout.splitlines()
    assert foretold[0].startswith(f"{b} would be {a}; ")
    assert {row["key"] for row in gongbao.json("reports")} == {a, b}
    assert gongbao.json("events", "--type", "operator.merged") == []
    merged = gongbao("merge", a, b)
    assert "event appended" in merged.stderr
    said = merged.stdout.splitlines()
    assert said[0].startswith(f"decision 1: {b} is {a} now; ")
    assert said[1:] == foretold[1:]
    assert any(line.split() == ["report.withdrawn", b] for line in said)
    assert [row["key"] for row in gongbao.json("reports")] == [a]
    again = gongbao("merge", a, b, code=2)
    assert len(again.stderr.splitlines()) == 1
    assert "gongbao undo 1" in again.stderr
    assert "decision 1 undone" in gongbao("undo", "1").stdout
    assert {row["key"] for row in gongbao.json("reports")} == {a, b}
    gongbao("merge", a, b)
    explained = gongbao("explain", a).stdout
    assert [line.split()[1] for line in explained.splitlines() if line.startswith("version ")] == [
        "2",
        "2",
        "1",
    ]
    assert explained.count(" beside version ") == 1
    for command in ("explain", "split", "revive"):  # a number that no database takes
        assert f"{'9' * 20!r}: no such" in gongbao(command, "9" * 20, code=2).stderr.replace("\n", " ")
    text = "2"
    assert "1 text of" in gongbao("split", text, "--into", "new").stdout
    listed = gongbao.json("events", "--type", "operator.merged", "--type", "operator.split")
    assert [e["data"]["decision"] for e in listed] == [3, 2, 1]


def test_a_page_two_that_came_since_goes_back_with_its_whole(two: Store, context: Context) -> None:
    own = "".join(f"第{n}条支渠要修好，专人管护到底。" for n in "一二三四五六七八九十")
    take(two, context, OTHER + PARTS + own, source="yubei", key=B_KEY)
    done = operate.merge(two, KEY, B_KEY, now())
    late = show(two, own, source="third", key="doc/page-two", official=False)
    common = show(two, PARTS[5:], source="third", page="2", key="doc/of-both", official=False)
    assert report_of(two, late.version_id) == KEY
    operate.undo(two, done.decision.id, now())
    assert report_of(two, late.version_id) == B_KEY
    assert report_of(two, common.version_id) == KEY


# --- while others write ----------------------------------------------------------------------


@pytest.mark.both_databases
def test_a_service_at_work_hinders_no_decision_and_loses_no_text(two: Store, context: Context) -> None:
    """Pollers add texts under both keys and workers settle, while the operator merges and undoes."""
    over = threading.Event()

    def again_where_broken_off(work: Callable[[], object]) -> None:
        for _ in range(20):
            try:
                work()
            except Contended:  # as Store.retrying does around what pollers write
                continue
            return
        pytest.fail("broken off again and again")

    def poll(number: int) -> None:
        for turn in range(6):
            text = (TEXT if number else OTHER) + PARTS + f"附件之{turn}号说明由办公室负责解释。"
            key = KEY if number else B_KEY
            again_where_broken_off(partial(show, two, text, source=f"p{number}", page=str(turn), key=key))

    def work() -> None:
        # SQLite has no queue of writers: two that never rest could keep another out for ten seconds.
        while not over.wait(0.05):
            with two.read() as tx:
                found = list(tx.execute(select(t.reports.c.id).order_by(t.reports.c.id.desc())).scalars())
            settle_all(two, context, found)

    with ThreadPoolExecutor(5) as pool:
        workers = [pool.submit(work) for _ in range(2)]
        pollers = [pool.submit(poll, number) for number in (0, 1)]
        try:
            for _ in range(3):
                done = operate.merge(two, KEY, B_KEY, now())
                operate.undo(two, done.decision.id, now())
            for poller in pollers:
                poller.result(60)
        finally:
            over.set()
        for worker in workers:
            worker.result(60)
    with two.read() as tx:
        query = select(t.reports.c.key, t.versions.c.identity).join_from(t.versions, t.reports)
        placed = [(key, about["report_key"]) for key, about in tx.execute(query)]
    assert len(placed) == 2 + 12
    assert all(stands == belongs for stands, belongs in placed)


def test_a_dead_document_is_revived_and_told_then(store: Store, context: Context) -> None:
    version_id = show(store, TEXT).version_id
    assert version_id is not None
    for _ in range(3):
        with suppress(ValueError):
            extract_all(store, Context(context.settings, Failing("目标")), [version_id])
    assert told(store) == ["report.published"]
    assert [version.id for version in operate.revive(store, [])] == [version_id]
    assert operate.revive(store, []) == []
    with pytest.raises(ConfigError, match="was not put aside"):
        operate.revive(store, [str(version_id)])
    assert extract_all(store, context, [version_id]) == 2
    assert told(store) == ["report.published", "target.published", "target.published"]


def test_the_command_that_revives(tmp_path: Path) -> None:
    gongbao = Gongbao(tmp_path / "data", {})
    gongbao("migrate")
    store = Store.open(f"sqlite:///{tmp_path / 'data' / 'gongbao.db'}")
    version_id = show(store, TEXT).version_id
    assert version_id is not None
    with store.begin() as tx:
        extraction.mark_dead(tx, version_id, now(), "too odd")
    said = gongbao("revive").stdout
    assert "too odd" in said
    assert "1 document to be read again" in said
    with store.read() as tx:
        assert extraction.dead(tx) == []
    store.close()
