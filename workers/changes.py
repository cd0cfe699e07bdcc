"""(What subscribers were told, what is known now) -> events. Pure.

Which version leads is identity/; what an event carries is ingest/events.py; settling.py loads and saves.

| told before | known now | events |
|---|---|---|
| nothing | official | report.published, target.published |
| nothing | a repost only | report.provisional, target.published |
| a repost | official, no figure contradicted | report.confirmed, target.published for what it lacked |
| a repost | official, other figures | report.contradicted, target.revised / published / withdrawn |
| a text that still stands | another repost or portal, no other figure or target | nothing: one more copy |
| the whole | a part of it, no other figure | nothing (report.confirmed if official); the whole stays told |
| the whole | a part of it with other figures | as another version: what it lacks is taken back |
| a part of it | the whole, no figure contradicted | target.published for what the part lacked, and
report.completed where that is headline |
| one of several articles | another one beside it | the same of that one, each (articles.py) |
| several articles | another text of one of them | as a version after another, of that article (articles.py) |
| a version | the same words with other lines around them | nothing (report.confirmed if official now) |
| a version | one that the page showed within 30 days | report.revised, target.*, with `flips` |
| a version | the one that it was told to take turns with | nothing, till it stands for days |
| a version | another version, as official | report.revised, target.revised / published / withdrawn |
| official | a repost only | nothing: a repost does not unsay what the government said |
| nothing | a scan, read by OCR, of whatever page | report.provisional, target.published (none is headline) |
| a scan | a typed text | report.confirmed with what agrees, target.published for what is headline now,
target.revised / published / withdrawn for what differs |
| a typed text | a scan only | nothing: OCR does not unsay what was typed |
| a version | nothing on any page, and it has not moved (store/settlement.py) | report.withdrawn |
| withdrawn | a version | as if nothing had been told |

Beside that, each page that comes to show an announced report is one copy.appeared.

What a first look at a source finds to be an old report is told as history (`"backfill": true`, refused by
ingest/filters.py unless asked for); what happens to it later is news like any other.

A document is announced when it is a report by its kind, or sets headline targets whatever it is called; a
notice or a news item is kept and not announced, nor is one of which it is not clear which report it is
(identity/doubts.py), till the operator says so (`concerns_subscribers`). Nor is a draft for comment, which
settling.py takes for nothing known.

Only targets of the vocabulary, and headline ones outside it, are events of their own; the lists of
differences in report.contradicted and report.revised name every figure that changed, and their sentences show
it in the text (changed_sentences.py).

**Ids.** The same happening must have the same id whoever computes it, and a report that changes from A
to B, back to A, and to B again has happened three times. The third argument of events.event_id is
therefore the content hash when nothing was told before, and for every later change
"HASH BEFORE@WHEN IT WAS ANNOUNCED>HASH AFTER" (after ">" nothing for a withdrawal). The moment is stored
with the announcement, in one transaction with its events: computing a change twice gives the same id,
and the next change starts from another moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from ingest.events import (
    TARGETS_IN_EVENT,
    EventType,
    figure_json,
    make_event,
    report_data,
)
from ingest.identity.doubts import doubts
from ingest.identity.kinds import REPORTS
from ingest.indicators.vocabulary import english_label
from ingest.last_year import NOTHING, Past, last_year, last_year_json
from ingest.model import Copy, Event, Figure, Period, Relation, Report, Version
from workers.changed_sentences import changed_sentences
from workers.target_diff import Difference, differences, distinct

BEFORE_LONG = timedelta(days=30)
_FOUND = frozenset(
    {
        EventType.REPORT_PUBLISHED,
        EventType.REPORT_PROVISIONAL,
        EventType.REPORT_COMPLETED,
        EventType.REPORT_CONFIRMED,
        EventType.TARGET_PUBLISHED,
    }
)
"""What can be told of a report without anything having happened to it."""


@dataclass(frozen=True, slots=True)
class ReportState:
    """A report as it stands: the version that leads, its targets, the page that shows it.

    `partial`: beside the other state this text is only a part of the work (cut off, masked, one page
    of several), so that what it lacks was not taken back, and what the other has is not a change. `alike`:
    beside the other, only lines at its edges differ. `restated`: sentences that both have hold other figures
    here, be they targets or not. `moved_to`: the key of the report that this text turned
    out to be a piece of. `backfill`: an old report that a first look at a source found. `past`: what is
    known of the year before, which is told beside each target. A text that was read from a scan
    (`version.ocr`) is not `official`, whoever shows it.
    """

    report: Report
    version: Version
    targets: tuple[Figure, ...]
    shown_by: Copy
    official: bool
    partial: bool = False
    alike: bool = False
    restated: bool = False
    moved_to: str | None = None
    backfill: bool = False
    past: Past = NOTHING


@dataclass(frozen=True, slots=True)
class ShownCopy:
    """A copy with the version that it shows; `backfill` as in ReportState, of this page."""

    copy: Copy
    version: Version
    backfill: bool = False


def concerns_subscribers(state: ReportState) -> bool:
    """Is this document announced at all?"""
    report = state.report
    if doubts(report.kind, report.region, report.year):
        return False
    return report.kind in REPORTS or any(f.headline for f in state.targets)


def announced_state(before: ReportState | None, after: ReportState | None) -> ReportState | None:
    """Which state subscribers know once the events of `changes` are out."""
    if before is None or after is None:
        return after or before
    if before.report.withdrawn_at is not None:
        return after
    if before.official and not after.official:
        return before
    if before.version.ocr is not after.version.ocr:
        return before if after.version.ocr else after
    if _only_a_part(before, after):
        return replace(before, official=before.official or after.official)
    return after


def changes(
    before: ReportState | None, after: ReportState | None, now: datetime, copies: Sequence[ShownCopy] = ()
) -> tuple[Event, ...]:
    """The events of one report. `before` is what was announced last (None: never), `after` what leads now
    (None: no page shows the report any more), `copies` all copies of the report, also ended ones."""
    flips = False
    if after is None:
        events = [] if before is None else _withdrawn(before, now)
    elif before is None or before.report.withdrawn_at is not None:
        events = _announced(before, after, now)
    elif before.official and not after.official:
        events = []
    elif before.version.ocr is not after.version.ocr:
        events = [] if after.version.ocr else _typed(before, after, now)
    elif _only_a_part(before, after):
        confirmed = after.official and not before.official
        events = (
            [_report_event(EventType.REPORT_CONFIRMED, after, _mark(before, after), now)] if confirmed else []
        )
    elif after.alike or before.version.content_hash == after.version.content_hash:
        events = _same_text(before, after, now)
    else:
        events = _other_text(before, after, now)
        if flips := flips_with(before, after, copies) is not None:
            told = _as_told(before, after)
            events = [replace(e, data={**e.data, "flips": True}) for e in events if not told]
    if _is_history(before, after, events):
        events = [replace(event, data={**event.data, "backfill": True}) for event in events]
    # The page that leads now is a copy like any other where no event names it.
    silent = (
        not (events or flips) and before is not None and after is not None and _another_page(before, after)
    )
    if before is not None and after is not None and _only_a_part(before, after):
        # A page that was told and shows a piece of that now is no copy more.
        page = before.shown_by.page_id
        copies = [s for s in copies if s.copy.id != after.shown_by.id or s.copy.page_id != page]
    return (*events, *_copies(announced_state(before, after), after is not None, copies, now, silent=silent))


def flips_with(
    before: ReportState | None, after: ReportState | None, copies: Sequence[ShownCopy]
) -> int | None:
    """The version that what leads now takes turns with: a page that went from it to another text, and came
    back before long, may do so again and again. What was told of that holds until a third text comes."""
    if before is None or after is None or before.report.withdrawn_at is not None:
        return None
    known, held = before.report.flips_with, announced_state(before, after)
    if held is None or held.version.id == before.version.id:
        return known
    page, left = after.shown_by.page_id, after.shown_by.left_at
    if not any(s.copy.page_id == page and s.version.id == before.version.id for s in copies):
        return None
    back = left is not None and after.shown_by.last_seen_at - left <= BEFORE_LONG
    return before.version.id if back or _as_told(before, after) else None


def _as_told(before: ReportState, after: ReportState) -> bool:
    return before.report.flips_with == after.version.id and before.official == after.official


def _another_page(before: ReportState, after: ReportState) -> bool:
    """Whether what leads now is not what was told: another version, or a page that came since."""
    told = before.report.announced_at
    return before.version.id != after.version.id or (told is not None and after.shown_by.first_seen_at > told)


def _is_history(before: ReportState | None, after: ReportState | None, events: Iterable[Event]) -> bool:
    """Whether these events tell of an old report that it is there, and of nothing that has happened to it."""
    if after is None or not after.backfill or not {event.type for event in events} <= _FOUND:
        return False
    if before is None:
        return True
    # Found on one more site by a first look there, or read at last.
    elsewhere = before.shown_by.page_id != after.shown_by.page_id
    again = before.version.id == after.version.id
    return before.backfill and before.report.withdrawn_at is None and (elsewhere or again)


def _only_a_part(before: ReportState, after: ReportState) -> bool:
    """Whether what leads now is a piece of what was told, and contradicts none of it: cut off by a server, it
    may be. What it lacks was not taken back, and is not to be told anew when the whole is there again. Of two
    pieces that are parts of one work the other one counts where it has more to tell, and so does what a page
    shows in place of the whole: no server that breaks off adds a target."""
    if not after.partial or after.restated:
        return False
    differing = differences(before.targets, after.targets)
    if before.partial or before.shown_by.page_id == after.shown_by.page_id:
        return all(d.target is None for d in differing)
    return all(d.previous is None or d.target is None for d in differing)


# --- one function for each row of the table ---------------------------------------------------


def _announced(before: ReportState | None, after: ReportState, now: datetime) -> list[Event]:
    mark = after.version.content_hash if before is None else _mark(before, after)
    type_ = EventType.REPORT_PUBLISHED if after.official else EventType.REPORT_PROVISIONAL
    return [_report_event(type_, after, mark, now), *_published(after, mark, now)]


def _withdrawn(before: ReportState, now: datetime) -> list[Event]:
    if before.report.withdrawn_at is not None:
        return []
    event = _report_event(EventType.REPORT_WITHDRAWN, before, _mark(before, None), now)
    if before.moved_to is not None:
        event = replace(event, data={**event.data, "moved_to": before.moved_to})
    return [event]


def _same_text(before: ReportState, after: ReportState, now: datetime) -> list[Event]:
    events: list[Event] = []
    if after.official and not before.official:
        events.append(_report_event(EventType.REPORT_CONFIRMED, after, _mark(before, after), now))
    # A text announced without targets because nothing could read it, and read since. Under the ids of a
    # first announcement, so that figures already told are not told again.
    if after.targets and not before.targets:
        events += _published(after, after.version.content_hash, now)
    return events


def _other_text(before: ReportState, after: ReportState, now: datetime) -> list[Event]:
    mark = _mark(before, after)
    differing = differences(before.targets, after.targets)
    disagree = after.restated or any(d.previous is not None for d in differing)
    # A portal that puts up a second page corrects its first; a portal of another place only shows it, too.
    elsewhere = not after.official or before.shown_by.source != after.shown_by.source
    one_more = not differing and elsewhere and before.shown_by.ended_at is None
    events: list[Event] = []
    if after.official and not before.official:
        type_ = EventType.REPORT_CONTRADICTED if disagree else EventType.REPORT_CONFIRMED
        events.append(_report_event(type_, after, mark, now, differing if disagree else None, before))
    elif disagree or not (before.partial or one_more):
        events.append(_report_event(EventType.REPORT_REVISED, after, mark, now, differing, before))
    elif before.partial and any(map(_headline, differing)):
        # A feed of reports would never name what the part lacked.
        events.append(_report_event(EventType.REPORT_COMPLETED, after, mark, now, differing))
    return events + _of_targets(before, after, differing, mark, now)


def _typed(before: ReportState, after: ReportState, now: datetime) -> list[Event]:
    """What was read from a scan is typed somewhere: that says what agrees, and which of it is headline.
    What does not agree was misread, so that nothing is contradicted."""
    mark = _mark(before, after)
    differing = differences(before.targets, after.targets)
    other = {_spot(d.target) for d in differing if d.target is not None}
    agreed = [f for f in distinct(after.targets) if _spot(f) not in other]
    event = _report_event(EventType.REPORT_CONFIRMED, after, mark, now, differing)
    in_order = sorted(agreed, key=lambda f: (not f.headline, f.start))[:TARGETS_IN_EVENT]
    confirmed = {
        "agreed": [_figure_data(f, sentence=False) for f in in_order],
        "agreed_total": len(agreed),
        "scan": before.shown_by.url,
    }
    # Nobody was told of a headline target before: a scan has none.
    told = [*differing, *(Difference(f, None) for f in agreed if f.headline)]
    return [
        replace(event, data={**event.data, **confirmed}),
        *_of_targets(before, after, told, mark, now),
    ]


def _copies(
    state: ReportState | None, shown: bool, copies: Sequence[ShownCopy], now: datetime, *, silent: bool
) -> list[Event]:
    """One event for each live copy, but for those of pages that announced the report themselves: the page
    named in its events (`silent`: in none), and the first of all (it was announced, or would have been had we
    looked in between), whatever text they show by now. A draft announces nothing, and the first page behind
    it did."""
    if state is None or not shown or not copies:
        return []
    in_order = sorted((s.copy for s in copies), key=lambda c: (c.first_seen_at, c.id))
    reports = [copy for copy in in_order if copy.relation is not Relation.DRAFT]
    named = {copy.page_id for copy in (*in_order[:1], *reports[:1])}
    if not silent:
        named.add(state.shown_by.page_id)
    return [
        make_event(
            EventType.COPY_APPEARED,
            f"{state.report.key} {s.copy.url}",
            s.version.content_hash,
            now,
            report_data(state.report, s.version, s.copy)
            | {"relation": s.copy.relation.value}
            | ({"backfill": True} if s.backfill else {}),
            report_id=state.report.id,
            version_id=s.version.id,
        )
        for s in sorted(copies, key=lambda s: (s.copy.first_seen_at, s.copy.id))
        if s.copy.ended_at is None
        and s.copy.page_id not in named
        and s.copy.relation is not Relation.PART  # page 2 of 3 is no copy of the report
    ]


# --- events ----------------------------------------------------------------------------------


def _mark(before: ReportState, after: ReportState | None) -> str:
    since = before.report.announced_at
    moment = since.astimezone(UTC).isoformat() if since else ""
    return f"{before.version.content_hash}@{moment}>{after.version.content_hash if after else ''}"


def _report_event(
    type_: EventType,
    state: ReportState,
    mark: str,
    now: datetime,
    differing: Sequence[Difference] | None = None,
    before: ReportState | None = None,
) -> Event:
    told = partial(_target_data, state)
    data = report_data(state.report, state.version, state.shown_by, distinct(state.targets), told)
    if differing is not None:
        shown = sorted(differing, key=lambda d: not _headline(d))[:TARGETS_IN_EVENT]
        data["differences"] = [
            {
                "target": _figure_data(d.target, sentence=False),
                "previous": _figure_data(d.previous, sentence=False),
            }
            for d in shown
        ]
        data["differences_total"] = len(differing)
        if before is not None:
            data |= changed_sentences(
                before.version,
                state.version,
                [figure.quote for d in shown for figure in (d.previous, d.target) if figure is not None],
                before_partial=before.partial,
            )
    return make_event(
        type_,
        state.report.key,
        mark,
        now,
        data,
        report_id=state.report.id,
        version_id=state.version.id,
    )


def _figure_data(figure: Figure | None, *, sentence: bool = True) -> dict[str, Any] | None:
    return None if figure is None else _with_english(figure_json(figure, sentence=sentence))


def _target_data(state: ReportState, figure: Figure) -> dict[str, Any]:
    told = _with_english(figure_json(figure))
    past = last_year(figure, state.report, state.past)
    return told if past is None else told | {"last_year": last_year_json(past)}


def _with_english(figure: dict[str, Any]) -> dict[str, Any]:
    """A figure of an event has the English label too: whoever reads events need not know the vocabulary."""
    return figure | {"label_en": english_label(figure["indicator"])}


def _published(after: ReportState, mark: str, now: datetime) -> list[Event]:
    return _of_targets(None, after, differences((), after.targets), mark, now)


def _of_targets(
    before: ReportState | None, after: ReportState, differing: Iterable[Difference], mark: str, now: datetime
) -> list[Event]:
    new_subjects = _subjects(after)
    old_subjects = _subjects(before) if before else {}
    about = report_data(after.report, after.version, after.shown_by)
    events: list[Event] = []
    for difference in differing:
        if not _worth_telling(difference):
            continue
        target, previous = difference.target, difference.previous
        if target is None:
            type_, subject = EventType.TARGET_WITHDRAWN, old_subjects[_spot(previous)]
        elif previous is None:
            type_, subject = EventType.TARGET_PUBLISHED, new_subjects[_spot(target)]
        else:
            type_, subject = EventType.TARGET_REVISED, new_subjects[_spot(target)]
        told: dict[str, Any] = about | {
            "target": None if target is None else _target_data(after, target),
            "previous": _figure_data(previous),
        }
        ids = {"report_id": after.report.id, "version_id": after.version.id}
        events.append(make_event(type_, subject, mark, now, told, **ids))
    return events


def _worth_telling(difference: Difference) -> bool:
    return any(
        f.headline or f.indicator != "other"
        for f in (difference.target, difference.previous)
        if f is not None
    )


def _headline(difference: Difference) -> bool:
    return any(f.headline for f in (difference.target, difference.previous) if f is not None)


def _spot(figure: Figure | None) -> tuple[Any, ...]:
    assert figure is not None
    return (figure.start, figure.end, figure.indicator, figure.label, figure.measure, figure.owner)


def _subjects(state: ReportState) -> dict[tuple[Any, ...], str]:
    """Where a figure stands -> its subject: `work_report/500106/2024#gdp.growth`; with the label for
    "other", whose it is, and its time when that is not one year (`….average.2029`); with .2, .3 … when a
    report sets several targets of that name."""
    seen: Counter[str] = Counter()
    subjects: dict[tuple[Any, ...], str] = {}
    for figure in distinct(state.targets):
        name = f"{state.report.key}#{figure.indicator}.{figure.measure.value if figure.measure else 'figure'}"
        if figure.indicator == "other":
            name += f".{''.join(figure.label.split())}"
        if figure.owner is not None:
            name += f".{figure.owner.name}"
        if figure.period is not Period.YEAR:
            name += f".{figure.period.value}.{figure.year or ''}"
        seen[name] += 1
        subjects[_spot(figure)] = name if seen[name] == 1 else f"{name}.{seen[name]}"
    return subjects
