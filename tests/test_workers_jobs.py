"""The jobs on real databases: what is stored and told, whatever fails in between."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry
from rq.timeouts import JobTimeoutException
from sqlalchemy import select, update
from test_store_races import until_blocked

from ingest.errors import StoreError
from ingest.model import Comparator, Event, Extraction, Figure, Kind, Measure, Region
from ingest.settings import Settings
from ingest.store import documents, extraction, figures, outbox, settlement, tables
from ingest.store.db import Store
from ingest.telemetry import metrics, trace
from tests.support.copies import synthetic_report
from tests.support.extracted import save_extraction
from tests.support.showing import KEY, REGION, show, take_down
from workers import context as context_module
from workers import extracting, jobs, main, settling
from workers.context import Context
from workers.jobs import extract_all, settle_all
from workers.targets.extract import extract as extract_targets

GDP = re.compile(r"(地区生产总值|社会消费品零售总额)增长([\d.]+)%")
ELSEWHERE = Region("500106", "沙坪坝区", ("重庆市", "沙坪坝区"), "500000")
NAMES = {"地区生产总值": "gdp", "社会消费品零售总额": "retail_sales"}


def simple(body: str, *, year: int | None, kind: Kind, region: Region | None) -> Extraction:
    """An extractor whose answers a test can predict."""
    found = tuple(
        Figure(
            NAMES[m[1]], m[1], year, Measure.GROWTH, Comparator.EXACT, float(m[2]), float(m[2]), "%", None,
            True, m[0], m.start(), m.end(), m[0],
        )
        for m in GDP.finditer(body)
    )  # fmt: skip
    return Extraction(found, (), "simple/1")


class Failing:
    """Raises on texts that contain `word`, for the first `times` times."""

    def __init__(
        self, word: str, times: int = 99, exc: Callable[[], Exception] = lambda: ValueError("too odd")
    ) -> None:
        self.word, self.left, self.exc = word, times, exc

    def __call__(self, body: str, *, year: int | None, kind: Kind, region: Region | None) -> Extraction:
        if self.word in body and self.left:
            self.left -= 1
            raise self.exc()
        return simple(body, year=year, kind=kind, region=region)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(Settings(data_dir=tmp_path), simple)


def told(store: Store) -> list[str]:
    return [event.type for event in events(store)]


def events(store: Store) -> list[Event]:
    with store.read() as tx:
        return outbox.events(tx, newest_first=False)


def take(store: Store, context: Context, body: str, **page: str | bool | date) -> int:
    """Show a text and do the job that follows."""
    applied = show(store, body, **page)  # type: ignore[arg-type]
    assert applied.version_id is not None
    if applied.needs_extraction:
        return extract_all(store, context, [applied.version_id])
    with store.read() as tx:
        report = documents.report_of(tx, applied.version_id)
    assert report is not None
    return settle_all(store, context, [report.id])


TEXT = "一、主要预期目标：地区生产总值增长6%，社会消费品零售总额增长7%。二、重点工作。"
OTHER = TEXT.replace("6%", "5%")


def test_a_report_is_extracted_and_told_once(store: Store, context: Context) -> None:
    applied = show(store, TEXT)
    assert applied.version_id is not None
    assert extract_all(store, context, [applied.version_id]) == 3
    assert told(store) == ["report.published", "target.published", "target.published"]
    with store.read() as tx:
        assert [f.low for f in figures.targets_of(tx, applied.version_id)] == [6, 7]
        version = documents.version(tx, applied.version_id)
        assert version is not None
        assert (version.attempts, version.extractor) == (1, "simple/1")
        assert extraction.waiting(tx, datetime.now(UTC), timedelta()) == []
        assert settlement.unsettled(tx, datetime.now(UTC), timedelta()) == []
    assert extract_all(store, context, [applied.version_id]) == 0
    assert applied.report_id is not None
    assert settle_all(store, context, [applied.report_id]) == 0
    assert take(store, context, TEXT) == 0, "the same page again"
    assert len(told(store)) == 3


def test_a_figure_that_cannot_be_is_kept_with_its_reason_and_told_to_nobody(
    store: Store, tmp_path: Path
) -> None:
    def doubting(body: str, *, year: int | None, kind: Kind, region: Region | None) -> Extraction:
        gdp, retail = simple(body, year=year, kind=kind, region=region).targets
        return Extraction((replace(gdp, flags=("implausible",), headline=False), retail), (), "doubting/1")

    context = Context(Settings(data_dir=tmp_path), doubting)
    applied = show(store, TEXT.replace("6%", "60%"))
    assert applied.version_id is not None
    extract_all(store, context, [applied.version_id])
    assert told(store) == ["report.published", "target.published"]
    published, target = events(store)
    assert [t["indicator"] for t in published.data["targets"]] == ["retail_sales"]
    assert target.data["target"]["indicator"] == "retail_sales"
    with store.read() as tx:
        kept = figures.targets_of(tx, applied.version_id)
    assert [(f.indicator, f.flags) for f in kept] == [("gdp", ("implausible",)), ("retail_sales", ())]


@pytest.mark.both_databases
def test_repost_official_revision_withdrawal(store: Store, context: Context) -> None:
    steps = [
        (lambda: take(store, context, TEXT, source="wenku", official=False),
         ["report.provisional", "target.published", "target.published"]),
        (lambda: take(store, context, TEXT, source="luntan", official=False), ["copy.appeared"]),
        (lambda: take(store, context, OTHER), ["report.contradicted", "target.revised"]),
        (lambda: take(store, context, TEXT), ["report.revised", "target.revised"]),
        (lambda: take(store, context, OTHER), ["report.revised", "target.revised"]),
        (lambda: take(store, context, TEXT), []),  # to and fro, as was told
        (lambda: gone(store, context, "banan"), []),  # reposts are left, and do not unsay it
        (lambda: gone(store, context, "wenku"), []),
        (lambda: gone(store, context, "luntan"), ["report.withdrawn"]),
        (lambda: take(store, context, TEXT), ["report.published", "target.published", "target.published"]),
        (lambda: gone(store, context, "banan"), ["report.withdrawn"]),
    ]  # fmt: skip
    for number, (step, expected) in enumerate(steps):
        before = len(told(store))
        step()
        assert told(store)[before:] == expected, f"step {number}"
    assert len({e.id for e in events(store)}) == len(events(store))


def gone(store: Store, context: Context, source: str) -> int:
    take_down(store, source=source)
    with store.read() as tx:
        return settle_all(store, context, settlement.unsettled(tx, datetime.now(UTC), timedelta()))


def test_a_cut_repost_first_then_the_whole(store: Store, context: Context) -> None:
    whole = "各位代表：现在向大会报告工作。地区生产总值增长6%。" + "今年要做好许多工作。我们要努力。" * 20
    whole += "社会消费品零售总额增长7%。谢谢大家。"
    cut = whole[:200]
    take(store, context, cut, source="wenku", official=False)
    take(store, context, whole)
    assert told(store) == ["report.provisional", "target.published", "report.confirmed", "target.published"]
    take(store, context, cut, source="luntan", official=False)
    assert told(store)[4:] == ["copy.appeared"]
    assert events(store)[-1].data["relation"] == "truncated"


def test_a_text_that_will_lead_is_waited_for(store: Store, context: Context) -> None:
    """Repost and official come together; whichever the queue takes first, nothing provisional is told."""
    repost, official = show(store, TEXT, source="wenku", official=False), show(store, OTHER)
    assert repost.version_id is not None
    assert official.version_id is not None
    assert extract_all(store, context, [repost.version_id]) == 0
    with store.read() as tx:
        assert settlement.unsettled(tx, datetime.now(UTC), timedelta()) == [repost.report_id]
    extract_all(store, context, [official.version_id])
    assert told(store) == ["report.published", "target.published", "target.published"]
    with store.read() as tx:
        assert settlement.unsettled(tx, datetime.now(UTC), timedelta()) == []


def test_a_page_that_changed_is_not_withdrawn_while_its_new_text_waits(
    store: Store, context: Context
) -> None:
    take(store, context, TEXT)
    changed = show(store, OTHER)
    assert changed.report_id is not None
    assert settle_all(store, context, [changed.report_id]) == 0
    assert changed.version_id is not None
    extract_all(store, context, [changed.version_id])
    assert told(store)[3:] == ["report.revised", "target.revised"]


def test_a_bad_document_does_not_cost_the_others_their_turn(store: Store, context: Context) -> None:
    failing = Context(context.settings, Failing("坏"))
    ids = [
        show(store, TEXT + mark, key=f"work_report/50011{i}/2026", page=str(i)).version_id
        for i, mark in enumerate(["", "坏", "好"])
    ]
    for _ in range(2):
        with pytest.raises(ValueError, match="too odd"):
            extract_all(store, failing, [i for i in ids if i])
    assert told(store).count("report.published") == 2
    extract_all(store, failing, [i for i in ids if i])  # the third attempt puts it aside
    with store.read() as tx:
        bad = documents.version(tx, ids[1] or 0)
    assert bad is not None
    assert bad.dead_at is not None
    assert bad.dead_reason == "ValueError: too odd"
    assert bad.attempts == 3
    published = [e for e in events(store) if e.type == "report.published"]
    assert [e.data["targets_total"] for e in published] == [2, 2, 0]
    assert extract_all(store, failing, [i for i in ids if i]) == 0


@pytest.mark.both_databases
def test_a_bad_report_does_not_cost_the_others_their_turn(
    store: Store, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports = []
    for number, mark in enumerate(["坏", "", "好"]):
        key = f"work_report/50011{number}/2026"
        take(store, context, TEXT + mark, key=key, page=str(number))
        reports.append(show(store, OTHER + mark, key=key, page=str(number)).report_id)
        with store.begin() as tx:  # read, and nobody came to settle it
            tx.execute(update(tables.versions).values(extracted_at=datetime.now(UTC)))
    with store.begin() as tx:
        of_bad = select(tables.versions.c.id).where(tables.versions.c.report_id == reports[0])
        spoilt = tables.copies.c.version_id.in_(of_bad)
        was = tx.scalars(select(tables.copies.c.relation).where(spoilt)).first()
        tx.execute(update(tables.copies).where(spoilt).values(relation="of tomorrow"))
    with store.read() as tx:
        waiting = settlement.unsettled(tx, datetime.now(UTC), timedelta())
    assert waiting == reports
    woken: list[int] = []
    before = len(told(store))
    monkeypatch.setattr(jobs, "wake", lambda _context, new: woken.append(new))
    with pytest.raises(ValueError, match="of tomorrow"):
        settle_all(store, context, waiting)
    assert told(store)[before:].count("report.revised") == 2
    assert woken == [len(told(store)) - before]
    with store.begin() as tx:
        assert settlement.unsettled(tx, datetime.now(UTC), timedelta()) == reports[:1], (
            "it waits, and is seen"
        )
        tx.execute(update(tables.copies).where(spoilt).values(relation=was))
    settle_all(store, context, reports[:1])
    assert told(store)[before:].count("report.revised") == 3


def dead_documents() -> float:
    registry = CollectorRegistry()
    registry.register(metrics.EXTRACTIONS_TOTAL)
    return registry.get_sample_value("gongbao_extractions_total", {"outcome": "dead"}) or 0.0


def test_a_document_that_stopped_its_worker_too_often_is_put_aside(store: Store, context: Context) -> None:
    counted = dead_documents()
    applied = show(store, TEXT)
    assert applied.version_id is not None
    for _ in range(3):
        with store.begin() as tx:  # a worker that got no further
            assert extraction.start(tx, [applied.version_id], datetime.now(UTC))
    assert extract_all(store, context, [applied.version_id]) == 1
    assert told(store) == ["report.published"]
    assert events(store)[0].data["targets"] == []
    with store.read() as tx:
        version = documents.version(tx, applied.version_id)
    assert version is not None
    assert "not finished in 3 attempts" in (version.dead_reason or "")
    assert dead_documents() == counted + 1
    with store.begin() as tx:
        extraction.revive(tx, applied.version_id)
    extract_all(store, context, [applied.version_id])
    assert told(store) == ["report.published", "target.published", "target.published"]


@pytest.mark.both_databases
def test_a_revised_text_that_is_put_aside_takes_nothing_back(store: Store, context: Context) -> None:
    take(store, context, TEXT)
    before = told(store)
    revised = show(store, OTHER)
    assert revised.version_id is not None
    for _ in range(3):
        with store.begin() as tx:
            assert extraction.start(tx, [revised.version_id], datetime.now(UTC))
    extract_all(store, context, [revised.version_id])
    assert told(store) == before
    with store.begin() as tx:
        extraction.revive(tx, revised.version_id)
    extract_all(store, context, [revised.version_id])
    assert told(store) == [*before, "report.revised", "target.revised"]


@pytest.mark.both_databases
@pytest.mark.parametrize("number", [1, 3])
def test_a_database_that_takes_nothing_costs_a_document_no_attempt(
    store: Store, context: Context, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    ids = [
        show(
            store, TEXT.replace("6%", f"{6 + n}%"), key=f"work_report/500106/{2024 + n}", page=str(n)
        ).version_id
        for n in range(number)
    ]
    kept = [id_ for id_ in ids if id_ is not None]

    def full(*_: object) -> None:
        raise StoreError("No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(extraction, "save_drafts", full)
        for _ in range(5):
            with pytest.raises(StoreError, match="No space"):
                extract_all(store, context, kept)
    with store.read() as tx:
        versions = [documents.version(tx, id_) for id_ in kept]
    assert [(v.attempts, v.dead_at) for v in versions if v is not None] == [(0, None)] * number
    assert extract_all(store, context, kept) == 3 * number


@pytest.mark.both_databases
def test_what_another_portal_puts_up_later_is_no_newer_than_its_correction(
    store: Store, context: Context
) -> None:
    first, later = date(2026, 2, 1), date(2026, 2, 5)
    take(store, context, TEXT, put_up=first)
    take(store, context, TEXT, source="city", put_up=later)
    before = told(store)
    take(store, context, OTHER, put_up=first)  # corrected in its place, under its old day
    assert told(store) == [*before, "report.revised", "target.revised"]
    take(store, context, TEXT, source="province", put_up=later)
    assert told(store)[len(before) + 2 :] == ["copy.appeared"]


@pytest.mark.both_databases
def test_a_correction_without_a_day_is_of_the_day_that_it_is_in_china(store: Store, context: Context) -> None:
    seven = datetime(2026, 1, 15, 23, tzinfo=UTC)
    for source, text, put_up in (("banan", TEXT, date(2026, 1, 16)), ("city", OTHER, None)):
        applied = show(store, text, source=source, put_up=put_up, now=seven)
        extract_all(store, context, [applied.version_id or 0])
        seven += timedelta(minutes=40)
    assert told(store)[3:] == ["report.revised", "target.revised"]


@pytest.mark.both_databases
def test_who_puts_a_document_aside_holds_nothing_that_who_settles_wants(
    store: Store, context: Context
) -> None:
    """One worker settles the report and then writes its versions; another finds the last attempt used up."""
    applied = show(store, TEXT)
    version_id, report_id = applied.version_id, applied.report_id
    assert version_id is not None
    assert report_id is not None
    for _ in range(3):
        with store.begin() as tx:
            assert extraction.start(tx, [version_id], datetime.now(UTC))
    with ThreadPoolExecutor(1) as pool:
        with store.begin() as tx:
            settlement.lock_report(tx, report_id)
            aside = pool.submit(extract_all, store, context, [version_id])
            until_blocked(store, aside)
            extraction.mark_enqueued(tx, [version_id], datetime.now(UTC))
        assert aside.result(30) == 1
    assert told(store) == ["report.published"]


@pytest.mark.both_databases
def test_a_document_read_meanwhile_is_not_put_aside(store: Store, context: Context) -> None:
    """Four workers begin at once, and one is done before the last sees that the attempts are used up."""
    applied = show(store, TEXT)
    version_id = applied.version_id
    assert version_id is not None
    for _ in range(3):
        with store.begin() as tx:
            assert extraction.start(tx, [version_id], datetime.now(UTC))
    with store.begin() as tx:
        [version] = extraction.start(tx, [version_id], datetime.now(UTC))
        save_extraction(tx, version_id, Extraction((), (), "grammar/1"), datetime.now(UTC))
    assert version is not None
    counted = dead_documents()
    assert extracting._put_aside(store, version, "too often", datetime.now(UTC), 0.0) == 0
    with store.read() as tx:
        kept = documents.version(tx, version_id)
    assert kept is not None
    assert kept.dead_at is None
    assert told(store) == []
    assert dead_documents() == counted


@pytest.mark.both_databases
def test_a_timeout_ends_the_job_and_counts(store: Store, context: Context) -> None:
    slow = Context(context.settings, Failing("慢", exc=lambda: JobTimeoutException("180 seconds")))
    first = show(store, TEXT + "慢").version_id
    second = show(store, TEXT, key="work_report/500106/2026", page="2").version_id
    assert first is not None
    assert second is not None
    for _ in range(3):
        with pytest.raises(JobTimeoutException):
            extract_all(store, slow, [first, second])
    extract_all(store, slow, [first, second])
    with store.read() as tx:
        version = documents.version(tx, first)
    assert version is not None
    assert "JobTimeoutException" in (version.dead_reason or "")
    assert told(store).count("report.published") == 2


@pytest.mark.both_databases
def test_nothing_is_half_done(store: Store, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure at the last moment of the transaction takes everything back."""
    applied = show(store, TEXT)
    assert applied.version_id is not None

    def fails(*_: object) -> int:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "append_drafts", fails)
        with pytest.raises(StoreError, match="disk"):
            extract_all(store, context, [applied.version_id])
    assert told(store) == []
    with store.read() as tx:
        assert figures.targets_of(tx, applied.version_id) == []
        report = documents.report(tx, applied.report_id or 0)
        assert report is not None
        assert report.announced_version_id is None
    assert extract_all(store, context, [applied.version_id]) == 3


# --- what is told is worked out before the report is locked --------------------------------------


def another_page_shows_it(store: Store, context: Context, _version_id: int) -> None:
    show(store, TEXT, source="s1", official=False)


def the_official_text_comes(store: Store, context: Context, _version_id: int) -> None:
    show(store, OTHER, source="s1")


def it_is_taken_down(store: Store, context: Context, _version_id: int) -> None:
    take_down(store, source="wenku")


def another_worker_keeps_it(store: Store, context: Context, version_id: int) -> None:
    assert extract_all(store, context, [version_id]) == 3


FIRST = ["report.provisional", "target.published", "target.published"]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("happens", "expected", "unsettled"),
    [
        (another_page_shows_it, [*FIRST, "copy.appeared"], 0),
        (the_official_text_comes, [], 1),  # it will lead, and is not read yet
        (it_is_taken_down, [], 0),
        (another_worker_keeps_it, FIRST, 0),
    ],
)
def test_what_happens_after_that_counts(
    store: Store,
    context: Context,
    monkeypatch: pytest.MonkeyPatch,
    happens: Callable[[Store, Context, int], None],
    expected: list[str],
    unsettled: int,
) -> None:
    """What is told is what the report shows when it is locked, as though nothing had been foreseen."""
    version_id = show(store, TEXT, source="wenku", official=False).version_id
    assert version_id is not None
    foreseen: list[int] = []

    def foresee(*args: Any, _original: Any = extracting.foresee) -> Any:
        found = _original(*args)
        monkeypatch.setattr(extracting, "foresee", _original)
        foreseen.extend(len(one.telling.drafts) for one in found.values())
        happens(store, context, version_id)
        return found

    monkeypatch.setattr(extracting, "foresee", foresee)
    extract_all(store, context, [version_id])
    assert foreseen == [3]
    assert told(store) == expected
    with store.read() as tx:
        assert len(settlement.unsettled(tx, datetime.now(UTC), timedelta())) == unsettled


@pytest.mark.both_databases
def test_where_another_keeps_one_of_several_nothing_that_was_foreseen_counts(
    store: Store, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For what he has read in it may stand beside the targets of the others, as last year's."""
    keys = [f"work_report/500113/{year}" for year in (2025, 2026)]
    ids = [show(store, TEXT + key[-4:], key=key, page=key).version_id for key in keys]
    some = [id_ for id_ in ids if id_ is not None]

    def foresee(*args: Any, _original: Any = extracting.foresee) -> Any:
        found = _original(*args)
        monkeypatch.setattr(extracting, "foresee", _original)
        assert len(found) == 2
        extract_all(store, Context(context.settings, nothing), some[:1])
        return found

    def nothing(body: str, *, year: int | None, kind: Kind, region: Region | None) -> Extraction:
        return Extraction((), (), "nothing/1")

    asked: list[int] = []

    def still(tx: Any, reports: Any, foreseen: Any, _original: Any = settling._still) -> Any:
        asked.append(len(foreseen))
        return _original(tx, reports, foreseen)

    monkeypatch.setattr(settling, "_still", still)
    monkeypatch.setattr(extracting, "foresee", foresee)
    assert extract_all(store, context, some) == 3
    assert asked == [1, 0]
    assert [(e.type, e.data["report"]["key"]) for e in events(store)][:2] == [
        ("report.published", keys[0]), ("report.published", keys[1]),
    ]  # fmt: skip


@pytest.mark.both_databases
def test_what_is_foreseen_is_what_would_be_told(
    store: Store, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of whole reports of two places and four years, each beside what was promised the year before."""
    ids = []
    for n in range(8):
        region, year = (REGION, ELSEWHERE)[n // 4], 2023 + n % 4
        body = synthetic_report(n % 4, year, sentences=40).body
        body += f"{year - 1}年地区生产总值增长6%。{year}年主要预期目标是：地区生产总值增长{n}.5%。"
        body += "粮食产量稳定在20万吨以上，稳定在20万吨以上。" * 2
        key = f"work_report/{region.code}/{year}"
        ids.append(show(store, body, page=str(n), key=key, region=region, year=year).version_id)
    compared: list[int] = []

    def still(tx: Any, reports: Any, foreseen: Any, _original: Any = settling._still) -> Any:
        known = settling._texts_of(tx, [report.id for report in reports])
        for report in reports:
            told_now = foreseen[report.id].telling
            texts = known[report.id]
            [version] = texts.versions.values()
            assert version.extracted_at is not None
            with trace.traced(version.trace_id):
                assert settling._settle(tx, report, texts, version.extracted_at) == told_now
            compared.append(sum("last_year" in str(one.row["data"]) for one in told_now.drafts))
        return _original(tx, reports, foreseen)

    monkeypatch.setattr(settling, "_still", still)
    assert extract_all(store, Context(context.settings, extract_targets), [i for i in ids if i]) > 8
    assert len(compared) == 8
    assert all(compared), "each has a year before, in the reports or in its own words"


@pytest.mark.both_databases
def test_many_at_once_tell_once(store: Store, context: Context) -> None:
    """Reposts and the official text of one report, each taken twice, by four threads."""
    shown = [show(store, TEXT, source=f"s{i}", official=i == 0) for i in range(3)]
    shown += [show(store, OTHER, source="s9", official=False)]
    versions = list({s.version_id for s in shown if s.version_id is not None})
    report_id = shown[0].report_id
    assert report_id is not None
    errors: list[BaseException] = []

    def work(ids: list[int]) -> None:
        try:
            extract_all(store, context, ids)
            settle_all(store, context, [report_id])
        except BaseException as exc:
            errors.append(exc)

    threads = [threading.Thread(target=work, args=(order,)) for order in (versions, versions[::-1]) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len({e.id for e in events(store)}) == len(events(store))
    assert sorted(told(store)) == [
        *["copy.appeared"] * 3, "report.published", "target.published", "target.published",
    ]  # fmt: skip


@pytest.mark.both_databases
def test_a_work_horse_rehearses_with_nothing_and_without_a_database(
    database: str, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first job must not find out everything anew, nor a work-horse die of what a job may wait for."""
    version_id = show(store, TEXT).version_id
    assert version_id is not None
    for url in (database, f"sqlite:///{tmp_path}/none.db"):
        settings = Settings(data_dir=tmp_path, database_url=url)
        monkeypatch.setattr(context_module, "_context", Context(settings, simple))
        main.TEXTS.rehearse()
    with store.read() as tx:
        version = documents.version(tx, version_id)
    assert version is not None
    assert version.attempts == 0
    assert told(store) == []


def test_unknown_ids_are_said_or_passed_over(store: Store, context: Context) -> None:
    assert extract_all(store, context, [4711]) == 0
    with pytest.raises(StoreError, match="report 4711"):
        settle_all(store, context, [4711])


def test_the_report_of_an_event_is_the_one_of_its_key(store: Store, context: Context) -> None:
    take(store, context, TEXT)
    assert {e.data["report"]["key"] for e in events(store)} == {KEY}
    assert {e.subject for e in events(store)} == {KEY, f"{KEY}#gdp.growth", f"{KEY}#retail_sales.growth"}


# --- what was told is known, whoever told it ---------------------------------------------------

REVISED = ["report.published", "target.published", "target.published", "report.revised", "target.revised"]


class Overtaken:
    """While it reads a version, another worker takes the same one and is done first."""

    def __init__(self, store: Store, context: Context, version_id: int) -> None:
        self.store, self.context, self.version_id = store, context, version_id

    def __call__(self, body: str, *, year: int | None, kind: Kind, region: Region | None) -> Extraction:
        extract_all(self.store, self.context, [self.version_id])
        return simple(body, year=year, kind=kind, region=region)


@pytest.mark.both_databases
def test_two_workers_at_one_version_and_then_a_revision(store: Store, context: Context) -> None:
    """The one who comes second must not make it look as if the figures were read after they were told."""
    version_id = show(store, TEXT).version_id
    assert version_id is not None
    slower = Context(context.settings, Overtaken(store, context, version_id))
    assert extract_all(store, slower, [version_id]) == 0
    take(store, context, OTHER)
    assert told(store) == REVISED


def test_who_comes_second_changes_nothing_that_the_first_has_kept(store: Store, context: Context) -> None:
    """Even where he has read something else: two programs of different age at one version, say."""
    version_id = show(store, TEXT).version_id
    assert version_id is not None
    first = Context(context.settings, simple)

    def slower(body: str, *, year: int | None, kind: Kind, region: Region | None) -> Extraction:
        extract_all(store, first, [version_id])
        return replace(simple(body, year=year, kind=kind, region=region), targets=(), extractor="slower/1")

    assert extract_all(store, Context(context.settings, slower), [version_id]) == 0
    with store.read() as tx:
        version = documents.version(tx, version_id)
        assert len(figures.targets_of(tx, version_id)) == 2
    assert version is not None
    assert version.extractor == "simple/1"
    assert told(store) == ["report.published", "target.published", "target.published"]


def test_a_text_that_was_revived_and_then_a_revision(store: Store, context: Context) -> None:
    version_id = show(store, TEXT).version_id
    assert version_id is not None
    for _ in range(3):
        with suppress(ValueError):
            extract_all(store, Context(context.settings, Failing("目标")), [version_id])
    assert told(store) == ["report.published"]
    with store.begin() as tx:
        extraction.revive(tx, version_id)
    assert extract_all(store, context, [version_id]) == 2
    take(store, context, OTHER)
    assert told(store) == REVISED


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Set the clock of the worker at hand so many seconds apart from ours."""

    def apart(seconds: int) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
                return datetime.now(tz) + timedelta(seconds=seconds)

        monkeypatch.setattr(jobs, "datetime", Clock)
        monkeypatch.setattr(extracting, "datetime", Clock)

    return apart


APART = pytest.mark.parametrize("seconds", [-8, 8])


@pytest.mark.both_databases
@APART
def test_read_by_one_clock_and_told_by_another(
    store: Store, context: Context, clock: Callable[[int], None], seconds: int
) -> None:
    show(store, OTHER, page="2")  # it leads, and nobody has read it
    clock(seconds)
    take(store, context, TEXT, source="repost", official=False)
    take_down(store, page="2")
    clock(0)
    with store.read() as tx:
        unsettled = settlement.unsettled(tx, datetime.now(UTC), timedelta())
    settle_all(store, context, unsettled)
    assert told(store) == ["report.provisional", "target.published", "target.published"]
    take(store, context, TEXT.replace("7%", "8%"), source="repost", official=False)
    assert told(store)[3:] == ["report.revised", "target.revised"]


@pytest.mark.both_databases
@APART
def test_put_aside_by_one_clock_and_read_by_another(
    store: Store, context: Context, clock: Callable[[int], None], seconds: int
) -> None:
    version_id = show(store, TEXT).version_id
    assert version_id is not None
    clock(seconds)
    for _ in range(3):
        with suppress(ValueError):
            extract_all(store, Context(context.settings, Failing("目标")), [version_id])
    with store.begin() as tx:
        extraction.revive(tx, version_id)
    clock(-seconds)
    assert extract_all(store, context, [version_id]) == 2
    take(store, context, OTHER)
    assert told(store) == REVISED


@pytest.mark.both_databases
def test_a_batch_is_begun_and_kept_together(store: Store, context: Context) -> None:
    """What is told is what is told of one after the other, and what was tried before is tried by itself."""
    ids = [show(store, text, source=f"s{n}").version_id for n, text in enumerate((TEXT, OTHER))]
    some = [id_ for id_ in ids if id_ is not None]
    attempts: list[list[int]] = []

    def looks(body: str, **about: Any) -> Extraction:
        with store.read() as tx:
            found = (documents.version(tx, id_) for id_ in some)
            attempts.append([one.attempts for one in found if one is not None])
        return context.extractor(body, **about)

    def ends(*_: object, **__: object) -> Extraction:
        raise SystemExit  # as though the process ended

    with pytest.raises(SystemExit):
        extract_all(store, Context(context.settings, ends), some)
    extract_all(store, Context(context.settings, looks), some)
    assert attempts == [[2, 1], [2, 2]], "who ended it cannot be said: one by one"
    with store.begin() as tx:
        extraction.again(tx, some)
    attempts.clear()
    extract_all(store, Context(context.settings, looks), some)
    assert attempts == [[1, 1], [1, 1]]
