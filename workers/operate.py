"""The operator knows better: two reports are one (merge), a text is another report (split), a document is
this report (settle), or not after all.

Says what may be decided, moves the texts, and settles both reports, so that subscribers hear of it by the
rules of changes.py: all in one transaction, there or not. Rows are ingest/store/decisions.py; what is typed,
commands.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from ingest.errors import ConfigError
from ingest.events import EventType, decision_data, make_event
from ingest.identity.doubts import doubts
from ingest.identity.identify import key_of
from ingest.identity.kinds import REPORTS
from ingest.model import Event, Identity, Kind, Region, Report, Version
from ingest.store import decisions, documents, evidence, extraction, keys, leaders, outbox, relations
from ingest.store.db import Store
from ingest.store.decisions import Decision, What
from ingest.telemetry.log import silence
from workers.settling import settle_in

OWN = "new"  # instead of a key: a report of its own


@dataclass(frozen=True, slots=True)
class Done:
    """A decision, made or undone: the report that its texts left when it was made, the one that they went
    to, and what was told. `waits`: a text is not extracted yet; a worker tells the rest."""

    decision: Decision
    report: Report
    into: Report
    told: tuple[Event, ...]
    waits: bool


def merge(store: Store, into: str, other: str, now: datetime, *, dry_run: bool = False) -> Done:
    """All texts of report `other` are report `into`'s from now on; both are named by a key, by what one key
    only begins with, or by a content hash. `dry_run`: nothing of it is kept. Raises ConfigError where that
    cannot be."""

    def write(tx: Connection) -> Done:
        target, source = _report(tx, into), _report(tx, other)
        moved = _all_texts(
            tx,
            source,
            target,
            same=f"merge {into} {other}: both are {_of(tx, target).key}",
            none=f"merge: {_of(tx, source).key} has no texts; there is nothing to move",
        )
        made = decisions.keep(tx, What.MERGE, source, target, [v.id for v in moved], now)
        return _settled(tx, made, EventType.OPERATOR_MERGED, moved, now)

    return store.retrying(_undone(write) if dry_run else write)


def settle(
    store: Store, which: str, *, kind: Kind | None, region: Region | None, year: int | None, now: datetime
) -> Done:
    """Say which report a document is: its texts are that report's now, and are read for its year. What
    is left out stays as it was read. Raises ConfigError where that cannot be, or something is not known."""

    def write(tx: Connection) -> Done:
        source = _report(tx, which)
        report = _of(tx, source)
        known = (kind or report.kind, region or report.region, year or report.year)
        of_kind, of_region, of_year = known
        if of_kind not in REPORTS:
            kinds = ", ".join(sorted(REPORTS))
            raise ConfigError(
                f"settle {report.key}: say of which --kind it is: {kinds} (now {of_kind.value})"
            )
        if of_region is None or of_year is None:
            missing = ", ".join(f"--{doubt.value}" for doubt in doubts(*known))
            raise ConfigError(f"settle {report.key}: that cannot be read out of it; say {missing}")
        about = Identity(of_kind, of_year, of_region, report_key=key_of(of_kind, of_region, of_year))
        target = keys.report_of(tx, about.report_key, about, report.title, now)
        moved = _all_texts(
            tx,
            source,
            target,
            same=f"settle: {report.key} is that already",
            none=f"settle: {report.key} has no texts; there is nothing to settle",
        )
        made = decisions.keep(tx, What.MERGE, source, target, [v.id for v in moved], now)
        extraction.again(tx, made.versions)
        return _settled(tx, made, EventType.OPERATOR_MERGED, moved, now)

    return store.retrying(write)


def split(store: Store, which: Sequence[str], into: str, now: datetime, *, dry_run: bool = False) -> Done:
    """These texts (by number, content hash, or the address of a page) leave their report for the one of this
    key, or for one of their own (`OWN`). `dry_run`: nothing of it is kept. Raises ConfigError where that
    cannot be."""

    def write(tx: Connection) -> Done:
        numbers = sorted({_version(tx, what) for what in which})
        first = _text(tx, numbers[0])
        source, key = first.report_id, _of(tx, first.report_id).key
        target = decisions.own_report(tx, first, now) if into == OWN else _report(tx, into)
        decisions.lock(tx, (target, source))
        _stands_alone(tx, target)
        moved = [_text(tx, number) for number in numbers]
        if strangers := [v for v in moved if v.report_id != source]:
            other = _of(tx, strangers[0].report_id).key
            raise ConfigError(f"split: version {strangers[0].id} is of {other}, not of {key}; one at a time")
        if target == source:
            raise ConfigError(f"split: the texts are of {key} already")
        if len(moved) == len(documents.versions_of(tx, source)):
            raise ConfigError(
                f"split: that would leave nothing of {key}; `gongbao merge KEY {key}` moves all"
            )
        made = decisions.keep(tx, What.SPLIT, source, target, [v.id for v in moved], now)
        return _settled(tx, made, EventType.OPERATOR_SPLIT, moved, now)

    return store.retrying(_undone(write) if dry_run else write)


def _undone(write: Callable[[Connection], Done]) -> Callable[[Connection], Done]:
    """The same work, all of it done and none of it kept or logged."""

    def tried(tx: Connection) -> Done:
        with silence():
            done = write(tx)
        tx.rollback()
        return done

    return tried


def undo(store: Store, number: int, now: datetime) -> Done:
    """Take a decision back. Raises ConfigError when none stands, or a later one builds on it."""

    def write(tx: Connection) -> Done:
        decision = decisions.get(tx, number)
        if decision is None:
            raise ConfigError(
                f"undo {number}: there is no such decision; `gongbao events --type operator.merged` has some"
            )
        decisions.lock(tx, (decision.from_report_id, decision.into_report_id))
        decision = decisions.get(tx, number) or decision  # as it is now that nobody else changes it
        if decision.undone_at is not None:
            raise ConfigError(f"undo {number}: that was done on {decision.undone_at:%F %T}Z")
        for later in decisions.in_force(tx):
            if later.id > decision.id and _builds_on(later, decision):
                raise ConfigError(f"undo {number}: decision {later.id} builds on it; undo that first")
        moved = [_text(tx, number) for number in decisions.undo(tx, decision, now)]
        if _is_unclear(_of(tx, decision.from_report_id)):
            extraction.again(tx, decision.versions)  # they were read as the other report's
        return _settled(tx, decision, EventType.OPERATOR_UNDONE, moved, now)

    return store.retrying(write)


def _builds_on(later: Decision, earlier: Decision) -> bool:
    return later.from_report_id == earlier.into_report_id or bool({*later.versions} & {*earlier.versions})


# --- what is told ----------------------------------------------------------------------------


def _settled(
    tx: Connection, decision: Decision, type_: EventType, moved: Sequence[Version], now: datetime
) -> Done:
    """Tell of the decision, and of what follows from it."""
    source, target = decision.from_report_id, decision.into_report_id
    # Before anything is appended: whoever appends holds up all others that do, and should not wait himself.
    for report_id in (source, target):
        relations.complete(tx, report_id)
        if leader := leaders.live_leader(tx, report_id):
            relations.stand(tx, report_id, leader)
    before = outbox.latest_sequence(tx)
    report, into = _of(tx, source), _of(tx, target)
    data = decision_data(decision.id, decision.what.value, report, into, moved)
    # The number is given once, and undone once: the id of this happening is its own.
    mark = f"{decision.id}>{into.key}"
    outbox.append(tx, [make_event(type_, report.key, mark, now, data, report_id=source)])
    for report_id in (source, target):
        settle_in(tx, report_id, now)
    told = outbox.events(tx, after=before, limit=10_000, newest_first=False)
    return Done(
        decision,
        report,
        into,
        tuple(event for event in told if event.report_id in (source, target)),
        any(_waits(tx, report_id) for report_id in (source, target)),
    )


def _waits(tx: Connection, report_id: int) -> bool:
    """Will the report be settled once its text is extracted?"""
    number = leaders.live_leader(tx, report_id)
    leader = None if number is None else documents.version(tx, number)
    return leader is not None and leader.extracted_at is None and leader.dead_at is None


# --- what is meant ---------------------------------------------------------------------------


def _of(tx: Connection, report_id: int) -> Report:
    report = documents.report(tx, report_id)
    assert report is not None  # a row that others refer to is never deleted
    return report


def revive(store: Store, which: Sequence[str]) -> list[Version]:
    """Dead versions that are on the to-do list again: those named as in `split`, or all.

    A worker reads them, and tells what it finds. Raises ConfigError for one that is not dead.
    """

    def write(tx: Connection) -> list[Version]:
        wanted = [_text(tx, _version(tx, what)) for what in which] or extraction.dead(tx)
        for version in wanted:
            if version.dead_at is None:
                raise ConfigError(f"revive {version.id}: was not put aside; /status shows those that were")
            extraction.revive(tx, version.id)
        return wanted

    return store.retrying(write)


def _all_texts(tx: Connection, source: int, target: int, *, same: str, none: str) -> list[Version]:
    """All texts of `source`, to go to `target`; both are locked. Raises ConfigError where one of them was
    merged away, where they are the `same`, and where there is `none`."""
    decisions.lock(tx, (target, source))
    for report_id in (target, source):
        _stands_alone(tx, report_id)
    if target == source:
        raise ConfigError(same)
    moved = documents.versions_of(tx, source)
    if not moved:
        raise ConfigError(none)
    return list(moved)


def _report(tx: Connection, what: str) -> int:
    keys = {report_id: key for report_id, key, _ in evidence.named(tx, what)}
    if not keys:
        raise ConfigError(f"report {what!r}: none has this key or content hash; `gongbao reports` shows them")
    if len(keys) > 1:
        raise ConfigError(f"report {what!r}: not only one begins so: {', '.join(sorted(keys.values()))}")
    return next(iter(keys))


def _text(tx: Connection, version_id: int) -> Version:
    version = documents.version(tx, version_id)
    assert version is not None  # versions are never deleted
    return version


def _version(tx: Connection, what: str) -> int:
    version_id = relations.find(tx, what)
    if version_id is None:
        raise ConfigError(
            f"{what!r}: no such version. Give its number, the beginning of its content hash, or the "
            "address of a page; `gongbao explain` shows what there is."
        )
    return version_id


def _is_unclear(report: Report) -> bool:
    return bool(doubts(report.kind, report.region, report.year))


def _stands_alone(tx: Connection, report_id: int) -> None:
    """Raises ConfigError for a report that was merged into another."""
    went = decisions.survivor(tx, report_id)
    if went == report_id:
        return
    number = max(d.id for d in decisions.in_force(tx) if d.from_report_id == report_id)
    raise ConfigError(
        f"{_of(tx, report_id).key} was merged into {_of(tx, went).key}; name that, or `gongbao undo {number}`"
    )
