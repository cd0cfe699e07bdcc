"""Settle a report: compare it with what subscribers were told, and tell them of the difference.

Which events that makes is changes.py; here its texts, pages and figures are loaded, and what it was told as
is kept. The report is locked by then, and nothing is committed here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from typing import Any

import structlog
from sqlalchemy import Connection

from ingest.compare.fingerprint import text_of
from ingest.compare.overlap import MUCH_SHORTER
from ingest.compare.relate import is_draft
from ingest.errors import StoreError
from ingest.events import EventType
from ingest.identity.decide import other_articles
from ingest.last_year import NOTHING, Past
from ingest.model import Copy, Event, Extraction, Figure, Relation, Report, Version
from ingest.store import articles, documents, figures, leaders, outbox, relations, rows, search, settlement
from ingest.store.last_year import past_of, pasts_of
from ingest.telemetry import trace
from workers.articles import Articles, tell
from workers.changes import ReportState, ShownCopy, announced_state, changes, concerns_subscribers, flips_with
from workers.target_diff import repeats
from workers.targets.candidates import IMPLAUSIBLE

log = structlog.get_logger(__name__)

_HEAD = 1_000  # characters, in which a text says that it is a draft
# Not DRAFT: a draft is another text, not a part of one.
_CUT = frozenset({Relation.TRUNCATED, Relation.PART, Relation.MASKED})


def settle_in(tx: Connection, report_id: int, now: datetime) -> int:
    """Settle one report inside a write transaction; returns how many events are new."""
    report = settlement.lock_report(tx, report_id)
    if report is None:
        raise StoreError(f"settling report {report_id}: it is not in the store")
    return settled(tx, report, now)


def settled(tx: Connection, report: Report, now: datetime) -> int:
    tellings = settle_locked(tx, [(report, trace.current())], now)
    new = append(tx, tellings)
    say(tellings, new)
    return len(new)


def append(tx: Connection, tellings: Iterable[Telling]) -> list[Event]:
    """At the end of the transaction. Returns the events that are new."""
    return outbox.append_drafts(tx, [one for telling in tellings for one in telling.drafts])


def say(tellings: Sequence[Telling], new: Iterable[Event]) -> None:
    """Log what was told."""
    appended = {event.id for event in new}
    for telling in tellings:
        events = [one.event for one in telling.drafts]
        with trace.traced(telling.trace_id):
            if events:
                log.info("report settled", report=telling.report_key, events=len(events))
            for event in events:
                if event.id in appended:
                    log.info("event appended", type=event.type, subject=event.subject, event_id=event.id)


@dataclass(frozen=True, slots=True)
class Telling:
    """What a report tells, and what it is known as from then on."""

    report_key: str
    trace_id: str | None
    drafts: Sequence[outbox.Draft]
    known_as: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a report will tell, as it stood before it was locked."""

    report: Report
    shown: Sequence[Mapping[str, Any]]
    telling: Telling


def foresee(
    tx: Connection, read: Mapping[int, tuple[Version, Extraction]], now: datetime
) -> dict[int, Foreseen]:
    """What reports will tell once these of their versions are extracted, by report: of those of which nothing
    was told yet, and whose only text it is. Reads only: made before the transaction that locks the
    reports and asks whether they still stand like that. What was promised the year before is told as it
    was known at some moment, this or that one."""
    reports = documents.reports_by_id(tx, [version.report_id for version, _ in read.values()])
    shown = documents.shown_of_each(tx, list(reports))
    fresh = {version_id: figures.as_stored(found) for version_id, (_, found) in read.items()}
    stands: list[tuple[Version, Report, _Stand]] = []
    for version, found in read.values():
        report = reports.get(version.report_id)
        if report is None or report.announced_version_id is not None:
            continue
        copies = [rows.read(Copy, row) for row in shown[report.id] if row["id"] is not None]
        after = replace(version, extracted_at=now, extractor=found.extractor)
        texts = _Texts({version.id: after}, copies, version.id, fresh[version.id].targets)
        known = {(row["of_version"], row["title"]) for row in shown[report.id]}
        if known == {(version.id, version.title)} and texts.alone and texts.is_shown:
            stand = _stand(tx, report, texts, now)
            if stand is not None:
                stands.append((version, report, stand))
    pasts = pasts_of(tx, {text.id: of for text, of, (_, after, _) in stands if after is not None}, fresh)
    foreseen: dict[int, Foreseen] = {}
    for version, report, stand in stands:
        with trace.traced(report.unsettled_by or version.trace_id):
            telling = _telling(report, stand, pasts, now)
        foreseen[report.id] = Foreseen(report, shown[report.id], telling)
    return foreseen


def settle_locked(
    tx: Connection,
    reports: Sequence[tuple[Report, str | None]],
    now: datetime,
    *,
    others: bool = True,
    foreseen: Mapping[int, Foreseen] | None = None,
) -> list[Telling]:
    """What is to be appended at the end of the transaction. Each report with the trace id of what made it
    unsettled, where its row has none. `others`: something else than its only text may have changed about it.
    `foreseen` counts for those that stand now as they stood then."""
    told = _still(tx, [report for report, _ in reports], foreseen or {})
    with rows.gathered(tx):
        for report_id, telling in told.items():
            settlement.settled(tx, report_id, **telling.known_as)
    left = [(report, trace_id) for report, trace_id in reports if report.id not in told]
    known = _texts_of(tx, [report.id for report, _ in left])
    for report, trace_id in left:
        texts = known[report.id]
        with trace.traced(report.unsettled_by or trace_id):
            found = _settle(tx, report, texts, now)
        if found is not None:
            settlement.settled(tx, report.id, **found.known_as)
            told[report.id] = found
        if others or not texts.alone or report.announced_version_id not in (None, *texts.versions):
            search.refresh(tx, [report.id])  # another text may lead it now
    return [told[report.id] for report, _ in reports if report.id in told]


def _still(tx: Connection, reports: Sequence[Report], foreseen: Mapping[int, Foreseen]) -> dict[int, Telling]:
    """What was foreseen of reports that are what they were then, and show what they showed."""
    asked = [report for report in reports if report.id in foreseen and report == foreseen[report.id].report]
    shown = documents.shown_of_each(tx, [report.id for report in asked]) if asked else {}
    return {
        report.id: foreseen[report.id].telling
        for report in asked
        if shown[report.id] == foreseen[report.id].shown
    }


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts of a report, the pages that show them or did, which of those that are shown leads, and what
    that promises."""

    versions: dict[int, Version]
    copies: list[Copy]
    leading: int | None = None
    targets: Sequence[Figure] = ()
    ranked: Sequence[int] = ()  # those that are shown, the better ones first

    @property
    def is_shown(self) -> bool:
        return any(copy.ended_at is None for copy in self.copies)

    @property
    def alone(self) -> bool:
        """Is there one text, which every page shows as it is?"""
        return len(self.versions) == 1 and all(copy.relation is Relation.SAME for copy in self.copies)


def _texts_of(tx: Connection, report_ids: Sequence[int]) -> dict[int, _Texts]:
    if not report_ids:
        return {}
    versions = documents.versions_of_each(tx, report_ids)
    copies = documents.copies_of_each(tx, report_ids)
    found = {
        id_: _led(tx, id_, _Texts({version.id: version for version in versions[id_]}, copies[id_]))
        for id_ in report_ids
    }
    leading = [texts.leading for texts in found.values() if texts.leading is not None]
    targets = figures.targets_of_each(tx, leading) if leading else {}
    return {
        id_: texts if texts.leading is None else replace(texts, targets=targets[texts.leading])
        for id_, texts in found.items()
    }


def _led(tx: Connection, report_id: int, texts: _Texts) -> _Texts:
    if texts.alone:
        return replace(texts, leading=next(iter(texts.versions)) if texts.is_shown else None)
    relations.complete(tx, report_id)
    ranked = leaders.live_ranked(tx, report_id)
    leading = next(iter(ranked), None)
    if leading is not None:
        relations.stand(tx, report_id, leading)
    return replace(texts, copies=documents.copies_of(tx, report_id), leading=leading, ranked=ranked)


_Stand = tuple[ReportState | None, ReportState | None, list[ShownCopy]]


def _settle(tx: Connection, report: Report, texts: _Texts, now: datetime) -> Telling | None:
    """None: not now."""
    stand = _stand(tx, report, texts, now)
    if stand is None:
        return None
    before, after, showings = stand
    pieces = None if after is None else _articles(tx, report, texts, before, after)
    if after is None or pieces is None:
        pasts = {} if after is None else pasts_of(tx, {after.version.id: report}, {})
        return _telling(report, stand, pasts, now)
    every = dict.fromkeys((after.version.id, *pieces.known, *(one.version.id for one in pieces.standing)))
    past = past_of(tx, report, list(every))
    pieces = replace(pieces, standing=[replace(one, past=past) for one in pieces.standing])
    told = tell(before, after, pieces, now)
    # No article is a copy of another.
    copies = [s for s in showings if s.version.id not in told.beside and s.copy.page_id not in told.pages]
    stand = told.before, told.after, copies
    telling = _telling(report, stand, {after.version.id: past}, now, told.events)
    _keep_articles(tx, report, telling.known_as["announced_version_id"], told.beside)
    return telling


def _articles(
    tx: Connection, report: Report, texts: _Texts, before: ReportState | None, after: ReportState
) -> Articles | None:
    """Of a report that was put up as several articles (（上）, （下）); None of any other."""
    versions = texts.versions
    if len(versions) == 1 or after.version.extracted_at is None:
        return None
    related = relations.of_report(tx, report.id)
    apart = {
        frozenset((r.version_id, r.other_version_id)) for r in related if r.evidence and r.evidence.apart
    }
    kept = [id_ for id_, version in versions.items() if version.beside]
    if not (apart or kept):
        return None
    is_history = cache(partial(leaders.is_history, tx, report))
    known: dict[int, ReportState] = {}
    if before is not None and report.withdrawn_at is None:
        known[before.version.id] = before
        for id_ in kept:
            told = replace(_standing(tx, report, versions[id_], texts, is_history), official=before.official)
            known.setdefault(id_, told)
    official = before is not None and before.official
    others = {
        id_: known.get(id_) or _standing(tx, report, versions[id_], texts, is_history)
        for id_ in (*texts.ranked, *known)
        if id_ in versions and (id_ in known or versions[id_].extracted_at is not None)
    }
    may_speak = [id_ for id_, one in others.items() if id_ in known or one.official or not official]
    standing = [others[id_] for id_ in other_articles(after.version.id, may_speak, apart)]
    if not (standing or kept):
        return None
    told_of = outbox.versions_told(tx, report.id)
    return Articles(known, standing, apart, told_of, partial(_beside_each_other, tx))


def _keep_articles(tx: Connection, report: Report, announced: int, beside: Sequence[int]) -> None:
    articles.keep(tx, report.id, beside)
    if beside:
        for table in articles.FIGURES:
            found = articles.figures_of(tx, table, [announced, *beside])
            articles.repeat(tx, table, repeats(found))


def _stand(tx: Connection, report: Report, texts: _Texts, now: datetime) -> _Stand | None:
    """As subscribers know the report, as it is known now, and on which pages; None: it is not to be settled
    now. One that nothing was told of, and whose only text is extracted, is only read."""
    report_id, versions, copies = report.id, texts.versions, texts.copies
    leader = versions[texts.leading] if texts.leading is not None else None
    if leader is not None and leader.extracted_at is None and leader.dead_at is None:
        # It will lead, but its targets are not known yet: its extraction settles the report. The mark stays,
        # so that the sweep comes back should anything happen to it.
        settlement.mark_unsettled(tx, [report_id], now)
        return None
    is_history = cache(partial(leaders.is_history, tx, report))
    known = report
    if (
        report.flips_with is not None
        and (last := settlement.at_rest(tx, report_id).get(report_id)) is not None
    ):
        known = replace(report, announced_version_id=last)  # the turns since were not told
    before = _told_before(tx, known, texts, is_history)
    told = before is not None and before.moved_to is None and report.withdrawn_at is None
    if leader is None and told and settlement.may_have_moved(tx, report_id, now):
        settlement.put_off(tx, report_id, now)
        log.info("withdrawal put off", report=report.key)
        return None
    after = _standing(tx, report, leader, texts, is_history) if leader is not None else None
    if before is not None and before.moved_to is not None and after is not None:
        # What was said of it officially is said of another report now, and holds nothing back here.
        before = replace(before, official=before.official and after.official)
    if after is not None and after.shown_by.relation is Relation.COMPILATION:
        after = None  # what it holds belongs to the reports in it
    if after is not None and _is_draft(after.version):
        after = None  # what is put up for comment is no promise yet
    if before is None and after is not None and not concerns_subscribers(after):
        after = None
    if before is not None and after is not None and before.version.id != after.version.id:
        before, after = _beside_each_other(tx, before, after)
        if after.version.extracted_at is None:  # put aside unread: nobody knows that it takes anything back
            before, after = replace(before, partial=False), replace(after, partial=True, restated=False)
    showings = [ShownCopy(copy, versions[copy.version_id], is_history(copy)) for copy in copies]
    return before, after, showings


def _is_draft(version: Version) -> bool:
    head = version.body[:_HEAD]
    # The last letter of each word for one, whatever spelling: most texts need not be taken apart for this.
    return "稿" in f"{version.title}{head}" and is_draft(version.title, text_of(head))


def _beside_each_other(
    tx: Connection, before: ReportState, after: ReportState
) -> tuple[ReportState, ReportState]:
    """Say of two states whether one text is a part of the other, the same but for its edges, or has other
    figures in the same sentences."""
    stands = {(r.version_id, r.other_version_id): r for r in relations.of_version(tx, before.version.id)}
    old = stands.get((before.version.id, after.version.id))
    new = stands.get((after.version.id, before.version.id))
    alike = new is not None and new.relation is Relation.SAME
    restated = any(r.evidence is not None and r.evidence.changed for r in (old, new) if r is not None)
    edited = before.shown_by.page_id == after.shown_by.page_id
    return (
        replace(before, partial=_is_cut(old, edited)),
        replace(after, partial=_is_cut(new, edited), alike=alike, restated=restated),
    )


def _is_cut(related: relations.Related | None, edited: bool) -> bool:
    """Is the text only a part of the other, whatever its figures? `edited`: one page showed both; a paragraph
    that came or went there at the end is a change."""
    if related is None:
        return False
    evidence = related.evidence
    if edited and evidence is not None and evidence.letters > MUCH_SHORTER * evidence.other_letters:
        return related.relation in _CUT - {Relation.TRUNCATED}
    return related.relation in _CUT or (evidence is not None and evidence.cut)


def _telling(
    report: Report, stand: _Stand, pasts: Mapping[int, Past], now: datetime, told: Sequence[Event] = ()
) -> Telling:
    """`told`: the events of its pieces, which come first."""
    before, after, showings = stand
    if after is not None:
        after = replace(after, past=pasts.get(after.version.id, NOTHING))
    events = (*told, *changes(before, after, now, showings))
    held = announced_state(before, after)
    read_at = held.version.extracted_at if held else None
    known_as = {
        "announced_version_id": held.version.id if held else None,
        "provisional": held is not None and not held.official,
        "withdrawn_at": None if after is not None or held is None else report.withdrawn_at or now,
        "flips_with": flips_with(before, after, showings),
        # Never before what it tells was read, by whatever clock: _told_before goes by the order of the two.
        "now": now if read_at is None else max(now, read_at),
        "told": any(event.type != EventType.COPY_APPEARED for event in events),
    }
    return Telling(report.key, trace.current(), [outbox.draft(event) for event in events], known_as)


def _told_before(
    tx: Connection, report: Report, texts: _Texts, is_history: Callable[[Copy], bool]
) -> ReportState | None:
    """The report as subscribers know it."""
    if report.announced_version_id is None:
        return None
    version = texts.versions.get(report.announced_version_id)
    moved_to = None
    if version is None:  # it turned out to be a piece of another report
        version = documents.version(tx, report.announced_version_id)
        assert version is not None
        whole = documents.report(tx, version.report_id)
        moved_to = whole.key if whole else None
    standing = replace(_standing(tx, report, version, texts, is_history), moved_to=moved_to)
    extracted, announced = standing.version.extracted_at, report.announced_at
    if extracted is None or (announced is not None and extracted > announced):
        # It was announced while dead, without targets, and revived since.
        standing = replace(standing, targets=())
    return replace(standing, official=not report.provisional)


def _standing(
    tx: Connection, report: Report, version: Version, texts: _Texts, is_history: Callable[[Copy], bool]
) -> ReportState:
    own = [copy for copy in texts.copies if copy.version_id == version.id]
    if not own:  # a version that has moved to another report took its copies along
        own = [leaders.shown_by(tx, [version.id])[version.id]]
    shown_by = min(own, key=lambda c: (c.ended_at is not None, not c.official, c.first_seen_at, c.id))
    targets = texts.targets if version.id == texts.leading else figures.targets_of(tx, version.id)
    return ReportState(
        report=report,
        version=version,
        # A figure that cannot be is kept with its reason and told to nobody as a fact.
        targets=tuple(figure for figure in targets if IMPLAUSIBLE not in figure.flags),
        shown_by=shown_by,
        official=shown_by.official and not version.ocr,
        backfill=is_history(shown_by),
    )
