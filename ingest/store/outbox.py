"""Events: appended in the transaction of what they tell, read by feeds and the API, fanned out to webhooks.

Which events there are is decided in workers/changes.py and source_health.py; who gets them, in
delivery/fanout.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select, text, update

from ingest import filters
from ingest.events import EventType
from ingest.model import Event, Filter
from ingest.store import rows
from ingest.store.regions import reports_within
from ingest.store.tables import event_indicators as by_indicator
from ingest.store.tables import events as table
from ingest.store.tables import reports
from ingest.store.text import Written, dump_json
from ingest.telemetry import trace

_APPEND_LOCK = 0x6F757462  # "outb": pg_advisory_xact_lock of whoever appends
_EVERYTHING = Filter(types=("*",), headline_only=False, backfill=True)
LOOKED_AT = 50_000  # sequences that one call of `events_after` goes through, at most
TAKEN_APART = 2_000  # and events of them that SQL could not refuse
LARGEST_PAGE = 5_000  # events read at once

_TURN = text("SELECT pg_advisory_xact_lock(:key)")
_THERE = select(table.c.id, table.c.sequence).where(table.c.id.in_(bindparam("ids", expanding=True)))
_ABOUT = by_indicator.insert()


@dataclass(frozen=True, slots=True)
class Draft:
    """An event as it will be written: with the trace id of what it follows from. Made before the transaction
    that appends it, where that is known by then: others wait for its end."""

    event: Event
    row: Mapping[str, Any]
    about: tuple[str, ...]  # its indicators


def draft(event: Event) -> Draft:
    """With the trace id at hand."""
    row = {
        "id": event.id,
        "type": event.type,
        "subject": event.subject,
        "report_id": event.report_id,
        "version_id": event.version_id,
        "occurred_at": event.occurred_at,
        "data": Written(dump_json(event.data)),
        "trace_id": trace.current(),
    }
    return Draft(event, row, tuple(sorted(filters.indicators_of(event))))


def append(tx: Connection, events: Iterable[Event]) -> list[Event]:
    """Append those that are not there yet, with the trace id at hand; returns these."""
    return append_drafts(tx, [draft(event) for event in events])


def append_drafts(tx: Connection, drafts: Iterable[Draft]) -> list[Event]:
    """The same of events of several traces. `sequence` is given by the database.

    On PostgreSQL, appending transactions take their turn from here to their commit: a reader who has seen
    sequence n will never find a smaller one later, so `after=n` skips nothing. Append late in a transaction.
    """
    told = {one.event.id: one for one in drafts}
    if not told:
        return []
    if tx.dialect.name == "postgresql":
        tx.execute(_TURN, {"key": _APPEND_LOCK})
    there = _sequences(tx, told)
    new = [one for id_, one in told.items() if id_ not in there]
    if new:
        # Without RETURNING, for which SQLAlchemy writes a statement of as many rows: each time another.
        tx.execute(rows.insert_new(tx, table), [one.row for one in new])
        given = _sequences(tx, [one.event.id for one in new])
        _index(tx, [(one.about, one.event.type, given[one.event.id]) for one in new])
    return [one.event for one in new]


def _sequences(tx: Connection, ids: Iterable[str]) -> dict[str, int]:
    """Those of these events that are there, with their sequences."""
    found: dict[str, int] = {}
    for part in rows.chunks(list(ids)):
        found.update((row[0], row[1]) for row in tx.execute(_THERE, {"ids": part}))
    return found


def _index(tx: Connection, events: Iterable[tuple[Iterable[str], str, int]]) -> None:
    about = [
        {"indicator": indicator, "type": type_, "sequence": sequence}
        for indicators, type_, sequence in events
        for indicator in indicators
    ]
    if about:
        tx.execute(_ABOUT, about)


def to_fan_out(tx: Connection, limit: int) -> list[Event]:
    """The oldest events that nobody has fanned out; two who ask at once get different ones."""
    query = (
        select(table)
        .where(table.c.fanned_out_at.is_(None))
        .order_by(table.c.sequence)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [rows.read(Event, row) for row in tx.execute(query).mappings()]


def fanned_out(tx: Connection, event_ids: Sequence[str], now: datetime) -> None:
    for part in rows.chunks(event_ids):
        tx.execute(update(table).where(table.c.id.in_(part)).values(fanned_out_at=now))


def events(
    tx: Connection,
    filter: Filter = _EVERYTHING,
    *,
    after: int = 0,
    before: int | None = None,
    limit: int = 100,
    newest_first: bool = True,
) -> list[Event]:
    """Events that pass the filter, with `after` < sequence < `before`: the newest of them, or the oldest."""
    return list(passing(tx, filter, after=after, before=before, limit=limit, newest_first=newest_first))


def passing(
    tx: Connection,
    filter: Filter,
    *,
    after: int = 0,
    before: int | None = None,
    limit: int,
    newest_first: bool = True,
) -> Iterator[Event]:
    """The same, one by one. SQL chooses roughly, filters.matches has the last word."""
    wanted = [*_roughly(filter), *_about_indicators(filter, after, before), table.c.sequence > after]
    order = table.c.sequence.desc() if newest_first else table.c.sequence
    found = 0
    page = min(max(2 * limit, 100), LARGEST_PAGE)
    last: int | None = None
    while found < limit:
        window = list(wanted)
        if newest_first and (end := before if last is None else last) is not None:
            window.append(table.c.sequence < end)
        if not newest_first:
            window += [table.c.sequence > last] if last is not None else []
            window += [table.c.sequence < before] if before is not None else []
        read = 0
        # One by one: thousands at once are as much memory as all else in the process.
        with tx.execute(select(table).where(*window).order_by(order).limit(page)) as result:
            for row in result.mappings():
                event = rows.read(Event, row)
                read, last = read + 1, event.sequence
                if filters.matches(filter, event):
                    found += 1
                    yield event
                if found == limit:
                    return
        if read < page:
            return
        page = min(2 * page, LARGEST_PAGE)  # the database may sort all that is left for each page


@dataclass(frozen=True, slots=True)
class Batch:
    """Events, oldest first. All up to the sequence `reached` were looked at; `more`: there are newer ones."""

    events: list[Event]
    reached: int
    more: bool


def events_after(tx: Connection, filter: Filter, after: int, limit: int) -> Batch:
    """Up to `limit` events that pass the filter, the oldest after a sequence. However few pass, and however
    many there are, it costs about the same: it stops early, and the caller goes on from `reached`."""
    latest = latest_sequence(tx)
    end = min(latest, after + LOOKED_AT)
    if end <= after:
        return Batch([], after, False)
    found: list[Event] = []
    wanted = [*_roughly(filter, by_report=False), *_about_indicators(filter, after, end + 1)]
    reached, taken = after, 0
    while reached < end and len(found) < limit and taken < TAKEN_APART:
        page = max(limit, 100)
        window = (table.c.sequence > reached, table.c.sequence <= end)
        query = select(table).where(*wanted, *window).order_by(table.c.sequence).limit(page)
        batch = [rows.read(Event, row) for row in tx.execute(query).mappings()]
        taken += len(batch)
        reached = batch[-1].sequence if len(batch) == page else end
        found += [event for event in batch if filters.matches(filter, event)]
    if len(found) > limit:
        found = found[:limit]
        reached = found[-1].sequence
    return Batch(found, reached, reached < latest)


def _roughly(filter: Filter, *, by_report: bool = True) -> list[ColumnElement[bool]]:
    """Conditions never stricter than filters.matches. An event has the region of its report or none at all,
    and a report keeps its region once it has one. A report that is overdue is not there at all; a source has
    neither region nor kind.

    `by_report`: the database may look the events of a region up by their reports; of a few thousand events in
    a row it had better look at each.
    """
    conditions: list[ColumnElement[bool]] = []
    if not filter.types:
        conditions.append(table.c.type.not_in(sorted(filters.QUIET | filters.OPERATOR)))
    elif "*" not in filter.types:
        families = [name[:-1] for name in filter.types if name.endswith(".*")]
        conditions.append(
            or_(
                table.c.type.in_(filter.types),
                *(table.c.type.startswith(family, autoescape=True) for family in families),
            )
        )
    about: list[ColumnElement[bool]] = []
    if filter.kinds:
        about.append(reports.c.kind.in_(filter.kinds))
    if filter.regions:
        about.append(reports_within(filter.regions))
    if about:
        theirs = select(reports.c.id).where(*about)
        report_id = table.c.report_id if by_report else table.c.report_id + 0  # no index knows the sum
        of_none = and_(report_id.is_(None), table.c.type.not_like("source.%"))
        conditions.append(or_(of_none, report_id.in_(theirs)))
    return conditions


def _about_indicators(filter: Filter, after: int, before: int | None) -> list[ColumnElement[bool]]:
    """Looked up, however many events there are: each of these in a stretch of its index."""
    if not filter.indicators:
        return []
    types = [type_.value for type_ in EventType if filters.wants_type(filter, type_)]
    indexed = by_indicator.c
    found = select(indexed.sequence).where(
        indexed.indicator.in_([*filter.indicators, filters.ANY]),
        indexed.type.in_(types),
        indexed.sequence > after,
    )
    return [table.c.sequence.in_(found if before is None else found.where(indexed.sequence < before))]


def by_id(tx: Connection, ids: Sequence[str]) -> dict[str, Event]:
    """Those of these events that there are."""
    found: dict[str, Event] = {}
    for part in rows.chunks(ids):
        query = select(table).where(table.c.id.in_(part))
        found |= {row["id"]: rows.read(Event, row) for row in tx.execute(query).mappings()}
    return found


def at(tx: Connection, sequences: Sequence[int]) -> list[Event]:
    """The events of these sequences, newest first."""
    found = [
        rows.read(Event, row)
        for part in rows.chunks(sequences)
        for row in tx.execute(select(table).where(table.c.sequence.in_(part))).mappings()
    ]
    return sorted(found, key=lambda event: event.sequence, reverse=True)


_TAKES_BACK = (EventType.REPORT_WITHDRAWN, EventType.REPORT_REVISED, EventType.REPORT_CONTRADICTED)


def versions_told(tx: Connection, report_id: int) -> set[int]:
    """The versions of a report of which anything was told since it was withdrawn or revised last, if only
    that a page shows them."""
    query = select(table.c.version_id, table.c.type).where(
        table.c.report_id == report_id, table.c.version_id.is_not(None)
    )
    told: set[int] = set()
    for version_id, type_ in tx.execute(query.order_by(table.c.sequence)):
        if type_ in _TAKES_BACK:
            told.clear()
        if type_ != EventType.REPORT_WITHDRAWN:
            told.add(version_id)
    return told


def latest_sequence(tx: Connection) -> int:
    """The sequence of the newest event; 0 when there is none."""
    return tx.scalar(select(func.max(table.c.sequence))) or 0
