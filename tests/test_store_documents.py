"""Reports, versions, copies: what a page shows, what is still to be extracted or settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ingest.compare import relate
from ingest.compare.fingerprint import Text, text_of
from ingest.compare.overlap import Overlap
from ingest.errors import StoreError
from ingest.identity.decide import Known, NewCopy, NewVersion, Unchanged, decide
from ingest.model import Article, Extraction, Filter, Header, Identity, Kind, Reading, Region, Relation
from ingest.store import articles, documents, extraction, figures, relations, rows, settlement, tables
from ingest.store.db import Store
from tests.support import deciding
from tests.support.extracted import save_extraction
from tests.support.store_samples import (
    HOUR,
    NEVER,
    NOW,
    a_figure,
    a_page,
    a_reading,
    a_report,
    show,
    watch,
)

pytestmark = pytest.mark.both_databases

ZERO = timedelta(0)
LONG = "各位代表：" + "我们坚持稳中求进工作总基调，扎实推进各项工作。" * 20


def settle(tx, applied) -> None:  # type: ignore[no-untyped-def]
    settlement.settled(
        tx,
        applied.report_id,
        announced_version_id=applied.version_id,
        provisional=False,
        withdrawn_at=None,
        now=NOW,
    )


def test_a_document_goes_in_and_comes_out_whole(store: Store) -> None:
    reading = a_reading()
    with store.begin() as tx:
        watch(tx)
        page = a_page(tx)
        assert deciding.known(tx, page, reading) == Known(None, None, None, None, None)
        applied = show(tx, page, reading)
    assert applied.needs_extraction
    assert applied.needs_settling
    with store.read() as tx:
        assert applied.version_id is not None
        assert applied.report_id is not None
        version = documents.version(tx, applied.version_id)
        assert version is not None
        assert (version.body, version.header) == (reading.article.body, reading.article.header)
        assert (version.identity, version.content_hash) == (reading.identity, reading.content_hash)
        assert (version.title, version.first_seen_at) == (reading.article.title, NOW)
        assert (version.extracted_at, version.attempts, version.dead_at) == (None, 0, None)
        report = documents.report(tx, applied.report_id)
        assert report is not None
        assert (report.key, report.kind, report.year) == ("work_report/500106/2024", Kind.WORK_REPORT, 2024)
        assert report.region == Region("500106", "沙坪坝区", ("重庆市", "沙坪坝区"), "500000")
        assert (report.announced_version_id, report.provisional, report.withdrawn_at) == (None, False, None)
        (copy,) = documents.copies_of(tx, applied.report_id)
        assert (copy.source, copy.source_name, copy.official) == ("portal", "沙坪坝区人民政府", True)
        assert (copy.url, copy.relation, copy.ended_at) == (page.url, Relation.SAME, None)
        assert documents.versions_of(tx, applied.report_id) == [version]
        assert documents.version(tx, 999) is None
        assert documents.report(tx, 999) is None
        assert documents.copies_of(tx, 999) == []


@pytest.mark.parametrize(
    "region",
    [
        None,
        Region("500106", "沙坪坝区", ("重庆市", "沙坪坝区"), "500000"),
        Region(None, "两江新区", ("重庆市", "两江新区"), "500000"),
        Region(None, "某园区"),
    ],
)
def test_every_kind_of_region_survives(store: Store, region: Region | None) -> None:
    found = Identity(Kind.OTHER, None, region, report_key="x")
    assert rows.read(Identity, rows.plain(found)) == found
    with store.begin() as tx:
        watch(tx)
        reading = Reading(Article(None, "文"), found, "sha256:x")
        applied = a_report(tx, a_page(tx), reading)
        assert applied.report_id is not None
        report = documents.report(tx, applied.report_id)
        assert report is not None
        assert report.region == region
        assert report.title is None  # nowhere
        assert documents.versions_of(tx, applied.report_id)[0].identity == found


def test_json_columns_round_trip() -> None:
    full = a_reading()
    assert rows.read(Header, rows.plain(full.article.header)) == full.article.header
    assert rows.read(Header, rows.plain(Header())) == Header()
    assert rows.read(Identity, rows.plain(full.identity)) == full.identity
    assert rows.read(Filter, rows.plain(Filter(regions=("500000",)))) == Filter(regions=("500000",))
    assert rows.figure_columns(replace(a_figure(), measure=None, resolve=None))["measure"] == ""


def test_the_same_page_again_changes_nothing(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        page = a_page(tx)
        first = show(tx, page, a_reading())
        settle(tx, first)
        page = replace(page, body_sha256="a" * 64)
        same = show(tx, page, a_reading(), now=NOW + HOUR)  # the same bytes: Unchanged
        other = show(tx, page, a_reading(), sha256="b" * 64, now=NOW + 2 * HOUR)  # the same text: SameVersion
        assert (same.version_id, other.version_id) == (first.version_id, first.version_id)
        assert not same.needs_settling
        assert not other.needs_settling
        assert first.report_id is not None
        (copy,) = documents.copies_of(tx, first.report_id)
        assert (copy.first_seen_at, copy.last_seen_at) == (NOW, NOW + 2 * HOUR)
        assert settlement.unsettled(tx, NEVER, ZERO) == []


def test_unchanged_where_nothing_is_shown(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        applied = deciding.apply(tx, a_page(tx), Unchanged(), a_reading(), official=True, now=NOW)
        assert applied == documents.Applied(None, None, needs_extraction=False, needs_settling=False)


def test_one_text_on_two_pages_is_one_version_with_two_copies(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        first = show(tx, a_page(tx, "repost"), a_reading(title="转载：工作报告"))
        settle(tx, first)
        second = show(tx, a_page(tx, "portal"), a_reading())
        assert (second.version_id, second.report_id) == (first.version_id, first.report_id)
        assert second.needs_settling  # whether that is told is for settle to say
        assert first.report_id is not None
        assert len(documents.versions_of(tx, first.report_id)) == 1
        assert [copy.official for copy in documents.copies_of(tx, first.report_id)] == [False, True]
        assert settlement.unsettled(tx, NEVER, ZERO) == [first.report_id]
        report = documents.report(tx, first.report_id)
        assert report is not None
        assert report.title == a_reading().identity.title  # the official copy knows the title


def test_a_repost_never_renames_a_report(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        first = show(tx, a_page(tx, "portal"), a_reading())
        show(tx, a_page(tx, "repost"), a_reading(title="震惊！工作报告"))
        assert first.report_id is not None
        report = documents.report(tx, first.report_id)
        assert report is not None
        assert report.title == a_reading().identity.title


def test_a_report_learns_what_it_lacked(store: Store) -> None:
    bare = replace(a_reading(), identity=Identity(Kind.WORK_REPORT, report_key="work_report/500106/2024"))
    with store.begin() as tx:
        watch(tx)
        first = show(tx, a_page(tx, "repost"), bare)
        show(tx, a_page(tx, "portal"), a_reading())
        assert first.report_id is not None
        report = documents.report(tx, first.report_id)
        assert report is not None
        assert report.region is not None
        assert (report.year, report.region.code) == (2024, "500106")


def test_a_page_that_changes_its_text_ends_its_copy(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        page = a_page(tx)
        first = show(tx, page, a_reading("今年地区生产总值增长6%。" + LONG))
        settle(tx, first)
        later = NOW + HOUR
        second = show(tx, page, a_reading("今年地区生产总值增长5%。" + LONG), sha256="b" * 64, now=later)
        assert second.version_id != first.version_id
        assert second.report_id == first.report_id
        assert first.report_id is not None
        former, present = documents.copies_of(tx, first.report_id)
        assert (former.ended_at, present.ended_at) == (later, None)
        assert (former.relation, present.relation) == (Relation.RESTATED, Relation.SAME)
        assert settlement.unsettled(tx, NEVER, ZERO) == [first.report_id]
        settle(tx, second)
        third = show(tx, page, a_reading("今年地区生产总值增长6%。" + LONG), sha256="c" * 64, now=NEVER)
        assert third.version_id == first.version_id  # back to the old text: a copy that begins again
        former, present = documents.copies_of(tx, first.report_id)
        assert (former.ended_at, present.ended_at) == (None, NEVER)


def test_a_page_that_shows_another_report_unsettles_both(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        page = a_page(tx)
        first = show(tx, page, a_reading())
        settle(tx, first)
        second = show(tx, page, a_reading("另一份。" + LONG, code="500112"), sha256="b" * 64)
        assert settlement.unsettled(tx, NEVER, ZERO) == [first.report_id, second.report_id]


def test_a_cut_repost_is_known_as_one_when_the_whole_text_comes(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        cut = show(tx, a_page(tx, "repost"), a_reading(LONG[:200]))
        assert cut.report_id is not None
        assert [copy.relation for copy in documents.copies_of(tx, cut.report_id)] == [Relation.SAME]
        whole = NewVersion(cut.report_id, Relation.REVISION)
        deciding.apply(tx, a_page(tx, "portal"), whole, a_reading(LONG), official=True, now=NOW)
        assert [copy.relation for copy in documents.copies_of(tx, cut.report_id)] == [
            Relation.TRUNCATED,
            Relation.SAME,  # it leads now
        ]


def test_a_new_text_is_compared_with_the_leading_one_once_in_each_direction(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[int, int]] = []

    class Counted(Overlap):
        def __init__(self, text: Text, other: Text) -> None:
            compared.append((text.chars, other.chars))
            super().__init__(text, other)

    monkeypatch.setattr(relate, "Overlap", Counted)
    with store.begin() as tx:
        watch(tx)
        whole = show(tx, a_page(tx, "portal"), a_reading(LONG))
        assert compared == []
        page, reading = a_page(tx, "repost"), a_reading(LONG[:200])
        decision = decide(deciding.known(tx, page, reading), "b" * 64, reading)
        cut = deciding.apply(tx, page, decision, reading, official=False, now=NOW)
        letters = text_of(LONG).chars, text_of(LONG[:200]).chars
        assert sorted(compared) == sorted([letters, letters[::-1]])
        assert whole.report_id is not None
        stands = {(r.version_id, r.other_version_id): r for r in relations.of_report(tx, whole.report_id)}
        assert stands.keys() == {(whole.version_id, cut.version_id), (cut.version_id, whole.version_id)}
        assert stands[cut.version_id, whole.version_id].relation is Relation.TRUNCATED
        settle(tx, cut)
        assert len(compared) == 2


def test_known_gives_the_leading_body(store: Store) -> None:
    official, repost = a_reading("官方。" + LONG), a_reading("转载。" + LONG)
    with store.begin() as tx:
        watch(tx)
        show(tx, a_page(tx, "portal"), official)
        copy = show(tx, a_page(tx, "repost"), repost, now=NOW + HOUR)
        asked = deciding.known(tx, a_page(tx, "repost", "2"), a_reading("第三。" + LONG))
        assert (asked.version_id, asked.report_id) == (None, copy.report_id)
        assert asked.leading_body == official.article.body  # official before newer
        settle(tx, copy)
        asked = deciding.known(tx, a_page(tx, "repost", "2"), a_reading("第三。" + LONG))
        assert asked.leading_body == repost.article.body  # what was announced leads


def test_a_decision_about_nothing_is_an_error(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        page = a_page(tx)
        with pytest.raises(StoreError, match="version 999"):
            deciding.apply(tx, page, NewCopy(999), a_reading(), official=True, now=NOW)


# --- extraction ------------------------------------------------------------------------------


def test_the_to_do_list_of_extraction(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        ids = []
        for number in range(4):
            text, code = f"文{number}", f"50010{number + 1}"
            applied = show(tx, a_page(tx, name=str(number)), a_reading(text, code=code))
            assert applied.version_id is not None
            ids.append(applied.version_id)
        assert extraction.waiting(tx, NOW, HOUR) == ids
        assert extraction.waiting(tx, NOW, HOUR, limit=2) == ids[:2]
        extraction.mark_enqueued(tx, ids[:3], NOW)
        extraction.mark_enqueued(tx, [], NOW)
        assert extraction.waiting(tx, NOW + timedelta(minutes=59), HOUR) == ids[3:]
        assert extraction.waiting(tx, NOW + HOUR, HOUR) == ids
        [started] = extraction.start(tx, [ids[0]], NOW + HOUR)
        assert started is not None
        assert (started.id, started.attempts) == (ids[0], 1)
        assert extraction.waiting(tx, NOW + HOUR, HOUR) == ids[1:]
        save_extraction(tx, ids[1], Extraction((), (), "grammar/1"), NOW)
        extraction.mark_dead(tx, ids[2], NOW, "stopped its worker 3 times")
        assert extraction.waiting(tx, NEVER, HOUR) == [ids[0], ids[3]]
        assert extraction.start(tx, [ids[1]], NOW) == []
        assert extraction.start(tx, [ids[2]], NOW) == []
        assert extraction.start(tx, [999], NOW) == []
        dead = documents.version(tx, ids[2])
        assert dead is not None
        assert (dead.dead_at, dead.dead_reason) == (NOW, "stopped its worker 3 times")
        extraction.revive(tx, ids[2])
        [revived] = extraction.start(tx, [ids[2]], NOW)
        assert revived is not None
        assert (revived.attempts, revived.dead_at) == (1, None)


def test_enqueued_or_extracted_versions_are_not_asked_for_again(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        first = show(tx, a_page(tx, "portal"), a_reading())
        assert first.version_id is not None
        extraction.mark_enqueued(tx, [first.version_id], NOW)
        assert not show(tx, a_page(tx, "repost"), a_reading()).needs_extraction
        save_extraction(tx, first.version_id, Extraction((), (), "grammar/1"), NOW)
        assert not show(tx, a_page(tx, "repost", "2"), a_reading()).needs_extraction


def test_an_extraction_saved_twice_stands_once(store: Store) -> None:
    targets = (a_figure(), a_figure("cpi", 3.0), a_figure("jobs", 2.5, start=30, headline=False))
    outcomes = (replace(a_figure(), year=2023, measure=None, resolve=None, low=None, unit=None),)
    with store.begin() as tx:
        watch(tx)
        applied = show(tx, a_page(tx), a_reading())
        assert applied.version_id is not None
        for at in (NOW, NOW + HOUR):
            extraction.again(tx, [applied.version_id])
            saved = save_extraction(
                tx, applied.version_id, Extraction((*targets, targets[0]), outcomes, "grammar/1"), at
            )
            assert saved is not None
            assert saved.id == applied.report_id
        assert figures.targets_of(tx, applied.version_id) == list(targets)
        assert articles.counted(tx, tables.outcomes, [applied.version_id]) == {
            applied.version_id: list(outcomes)
        }
        version = documents.version(tx, applied.version_id)
        assert version is not None
        assert (version.extracted_at, version.extractor) == (NOW + HOUR, "grammar/1")
        other = Extraction(targets[:1], (), "grammar/2")
        assert save_extraction(tx, applied.version_id, other, NOW) is None, "the first one stands"
        assert figures.targets_of(tx, applied.version_id) == list(targets)
        extraction.again(tx, [applied.version_id])
        save_extraction(tx, applied.version_id, other, NOW)
        assert figures.targets_of(tx, applied.version_id) == [targets[0]]
        assert articles.counted(tx, tables.outcomes, [applied.version_id]) == {applied.version_id: []}
        with pytest.raises(StoreError, match=r"versions \[999\]"):
            save_extraction(tx, 999, Extraction((), (), "grammar/1"), NOW)


# --- settling --------------------------------------------------------------------------------


def test_unsettled_waits_since_the_first_change(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        first = show(tx, a_page(tx, "portal"), a_reading())
        show(tx, a_page(tx, "repost"), a_reading(), now=NOW + HOUR)
        assert settlement.unsettled(tx, NOW + HOUR, HOUR) == [first.report_id]
        assert settlement.unsettled(tx, NOW + HOUR, HOUR + timedelta(seconds=1)) == []
        settlement.lock_report(tx, first.report_id or 0)
        settle(tx, first)
        assert settlement.unsettled(tx, NEVER, ZERO) == []


def test_settled_remembers_what_was_told_and_when(store: Store) -> None:
    with store.begin() as tx:
        watch(tx)
        shown = show(tx, a_page(tx), a_reading())
        report_id, version_id = shown.report_id, shown.version_id
        assert report_id is not None

        def told(hours: int, version: int | None, provisional: bool, withdrawn: bool) -> tuple[object, ...]:
            at = NOW + hours * HOUR
            settlement.settled(
                tx,
                report_id,
                announced_version_id=version,
                provisional=provisional,
                withdrawn_at=at if withdrawn else None,
                now=at,
            )
            report = documents.report(tx, report_id)
            assert report is not None
            return (report.announced_version_id, report.provisional, report.withdrawn_at, report.announced_at)

        assert told(0, None, False, False) == (None, False, None, None)  # nothing to tell yet
        assert told(1, version_id, True, False) == (version_id, True, None, NOW + HOUR)
        assert told(2, version_id, True, False) == (version_id, True, None, NOW + HOUR)  # nothing new
        assert told(3, version_id, False, False) == (version_id, False, None, NOW + 3 * HOUR)
        assert told(4, version_id, False, True) == (version_id, False, NOW + 4 * HOUR, NOW + 4 * HOUR)
