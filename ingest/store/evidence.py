"""Captures: what came from a page and where the archive keeps it: the way from a figure to its bytes.

One row for each run of the same payload: an unchanged page moves `last_seen_at` and the place of the newest
record that says so. Refusals that make a page count as gone (404, 410) have rows too.
The bytes are archive/'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Text,
    Update,
    and_,
    bindparam,
    exists,
    or_,
    select,
    update,
)

from ingest.model import Capture, SourceKind
from ingest.store import rows
from ingest.store.tables import attachments, captures, copies, pages, reports, sources, versions

Place = tuple[str | None, int | None]
FEW = 20  # answers to a question that names several reports


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A capture with the page it is of. `seen` is the newest record that says that the page still showed it;
    `content_hash` is None for what is no text, a refusal; `attachment` is the name of the file that the page
    hangs its text on, None: the page itself; `part` the number of a further page (2 …) of an article that is
    split over several."""

    id: int
    page_id: int
    page_url: str
    source: str
    source_name: str
    source_kind: SourceKind
    official: bool
    version_id: int | None
    content_hash: str | None
    attachment: str | None
    capture: Capture
    last_seen_at: datetime
    seen: Place
    part: int | None = None


# --- writing ---------------------------------------------------------------------------------


def keep_capture(
    tx: Connection,
    page_id: int,
    capture: Capture,
    version_id: int | None,
    attachment: str | None = None,
    part: int | None = None,
    *,
    anew: bool = False,
) -> None:
    """What a page, the file it hangs its text on, or a further page (`part`) gave just now. The same again
    (payload and version; for a refusal its status) is no new row; `anew`: it gave nothing before."""
    if not anew and _the_same(tx, page_id, capture, version_id, attachment, part):
        return
    place = {"page_id": page_id, "version_id": version_id, "attachment": attachment, "part": part}
    rows.put_late(tx, rows.insert(tx, captures), [place | rows.columns(capture)])


def seen_again(tx: Connection, page_id: int, at: datetime, place: Place, *, hanging: bool = True) -> None:
    """The page is as it was (304, or the same bytes over the same file): its last payload, the file that it
    hangs its text on, and what it shows still stand. `hanging` False: it has no such file."""
    this_page = {"of_page": page_id}
    tx.execute(_LAST_SEEN, this_page | _seen(at, place))
    if hanging:
        tx.execute(_FILE_SEEN, this_page | {"last_seen_at": at})
    still_shown(tx, page_id, at)


def still_shown(tx: Connection, page_id: int, at: datetime) -> int | None:
    """What a page shows still stands; the version of it, None where it shows nothing."""
    version_id: int | None = tx.scalar(_STILL_SHOWN, {"of_page": page_id, "last_seen_at": at})
    return version_id


def _the_same(
    tx: Connection,
    page_id: int,
    capture: Capture,
    version_id: int | None,
    attachment: str | None,
    part: int | None,
) -> bool:
    """Note that the last capture of the like was seen again, if it is the same as this one."""
    kind = "page" if attachment is None and part is None else "file" if part is None else "part"
    asked: dict[str, Any] = {"of_page": page_id}
    if kind != "page":
        asked["of_url"] = capture.url
    if capture.status == 200:
        asked |= {"of_sha256": capture.sha256, "of_version": version_id}
    else:
        asked["of_status"] = capture.status
    seen = _seen(capture.fetched_at, (capture.warc_file, capture.warc_offset))
    return tx.execute(_if_the_same(kind, capture.status == 200), asked | seen).rowcount == 1


def _seen(at: datetime, place: Place) -> dict[str, Any]:
    file, offset = place
    return {"last_seen_at": at} | ({} if file is None else {"seen_file": file, "seen_offset": offset})


_THIS_PAGE = captures.c.page_id == bindparam("of_page")
_OF_THE_PAGE = (captures.c.attachment.is_(None), captures.c.part.is_(None))
_PAYLOADS = (_THIS_PAGE, captures.c.status == 200, *_OF_THE_PAGE)


def _last(*like: ColumnElement[bool]) -> Select[tuple[int]]:
    return select(captures.c.id).where(*like).order_by(captures.c.id.desc()).limit(1)


@cache
def _if_the_same(kind: str, whole: bool) -> Update:
    """`whole`: a payload, no refusal."""
    there = captures.c.url.is_not_distinct_from(bindparam("of_url", type_=Text()))
    like: Mapping[str, Sequence[ColumnElement[bool]]] = {
        "page": _PAYLOADS if whole else (_THIS_PAGE, *_OF_THE_PAGE),
        "file": (_THIS_PAGE, captures.c.attachment.is_not(None), there),
        "part": (_THIS_PAGE, captures.c.part.is_not(None), there),
    }
    last = update(captures).where(captures.c.id == _last(*like[kind]).scalar_subquery())
    if not whole:
        return last.where(captures.c.status == bindparam("of_status"))
    version_id = bindparam("of_version", type_=BigInteger())
    return last.where(
        captures.c.status == 200,
        captures.c.sha256 == bindparam("of_sha256"),
        or_(captures.c.version_id.is_(None), version_id.is_(None), captures.c.version_id == version_id),
    )


_LIVE = (copies.c.page_id == bindparam("of_page"), copies.c.ended_at.is_(None))
_LAST_SEEN = update(captures).where(captures.c.id == _last(*_PAYLOADS).scalar_subquery())
_FILE_SEEN = update(captures).where(
    _THIS_PAGE,
    captures.c.attachment.is_not(None),
    captures.c.version_id.in_(select(copies.c.version_id).where(*_LIVE)),
)
_STILL_SHOWN = update(copies).where(*_LIVE).returning(copies.c.version_id)


# --- reading ---------------------------------------------------------------------------------


def last_size(tx: Connection, page_id: int) -> int | None:
    """How many bytes the page itself had when it was last had, archived or not."""
    last = _last(*_PAYLOADS).with_only_columns(captures.c.size)
    size: int | None = tx.scalar(last, {"of_page": page_id})
    return size


@dataclass(frozen=True, slots=True)
class LastTime:
    """What a page gave last, where its record stands whole; None and nothing where none was archived.
    `payload`: of the page itself; `parts`: of the further pages of its article, by address. `may_hang`: its
    text may have been read from a file (attachments.py)."""

    payload: Capture | None
    parts: Mapping[str, Capture]
    may_hang: bool


def last_time(tx: Connection, page_id: int) -> LastTime:
    found = tx.execute(_LAST_TIME, {"of_page": page_id}).mappings().all()
    payload = next((row for row in found if row["part"] is None), None)
    parts: dict[str, Capture] = {}
    for row in found:
        url = row["url"]
        if row["part"] is not None and (url not in parts or parts[url].sha256 != row["sha256"]):
            parts[url] = rows.read(Capture, row)
    may_hang = not found or bool(found[0]["may_hang"])
    return LastTime(None if payload is None else rows.read(Capture, payload), parts, may_hang)


_LAST_TIME = (
    select(
        captures,
        exists()
        .where(attachments.c.page_id == bindparam("of_page"), attachments.c.ended_at.is_(None))
        .label("may_hang"),
    )
    .where(
        _THIS_PAGE,
        captures.c.warc_file.is_not(None),
        or_(
            captures.c.part.is_not(None),
            and_(
                captures.c.sha256 == _last(*_PAYLOADS).with_only_columns(captures.c.sha256).scalar_subquery(),
                *_OF_THE_PAGE,
            ),
        ),
    )
    .order_by(captures.c.id)
)


def named(tx: Connection, what: str) -> list[tuple[int, str, int | None]]:
    """(report id, report key, version id or None) of what a person may have meant: a report's key, the
    beginning of one, or of a content hash (8 hex digits at least, with or without `sha256:`)."""
    of_key = select(reports.c.id, reports.c.key)
    exact = tx.execute(of_key.where(reports.c.key == what)).one_or_none()
    if exact is not None:
        return [(exact[0], exact[1], None)]
    digits = what.removeprefix("sha256:").lower()
    if len(digits) >= 8 and not digits.strip("0123456789abcdef"):
        of_hash = (
            select(reports.c.id, reports.c.key, versions.c.id)
            .join(versions, versions.c.report_id == reports.c.id)
            .where(versions.c.content_hash.startswith(f"sha256:{digits}", autoescape=True))
            .order_by(versions.c.id)
            .limit(FEW)
        )
        if found := [(row[0], row[1], row[2]) for row in tx.execute(of_hash)]:
            return found
    begins = of_key.where(reports.c.key.startswith(what, autoescape=True)).order_by(reports.c.key).limit(FEW)
    return [(row[0], row[1], None) for row in tx.execute(begins)] if what else []


def exhibits(tx: Connection, report_id: int, version_id: int | None = None) -> list[Exhibit]:
    """The captures behind a report, or behind one version of it, oldest first: those of pages that show or
    showed it, as far as they belong to it; refusals of these pages too."""
    c, p = captures.c, copies.c
    shown = (
        exists()
        .where(p.page_id == c.page_id, p.version_id == versions.c.id)
        .where(versions.c.report_id == report_id, or_(c.version_id.is_(None), c.version_id == p.version_id))
    )
    if version_id is not None:
        shown = shown.where(p.version_id == version_id)
    return _exhibits(tx, shown)


def exhibit(tx: Connection, capture_id: int) -> Exhibit | None:
    return next(iter(_exhibits(tx, captures.c.id == capture_id)), None)


def newest_by_copy(found: Sequence[Exhibit]) -> dict[tuple[int, int], Exhibit]:
    """The newest capture of each (page, version), of those that the archive has; a file rather than the page
    that is only its shell, the first page of an article rather than the others."""
    return {
        (e.page_id, e.version_id): e
        for e in sorted(found, key=lambda e: (e.attachment is not None, e.id))
        if e.version_id is not None and e.capture.warc_file is not None and e.part is None
    }


def _exhibits(tx: Connection, condition: ColumnElement[bool]) -> list[Exhibit]:
    text = versions.alias("text")
    query = (
        select(
            captures,
            pages.c.url.label("page_url"),
            pages.c.source,
            sources.c.name.label("source_name"),
            sources.c.kind.label("source_kind"),
            sources.c.official,
            text.c.content_hash,
        )
        .join(pages, pages.c.id == captures.c.page_id)
        .join(sources, sources.c.slug == pages.c.source)
        .outerjoin(text, text.c.id == captures.c.version_id)
        .where(condition)
        .order_by(captures.c.fetched_at, captures.c.id)
    )
    return [_exhibit(row) for row in tx.execute(query).mappings()]


def _exhibit(row: RowMapping) -> Exhibit:
    last_seen_at = row["last_seen_at"] or row["fetched_at"]
    seen = (row["seen_file"], row["seen_offset"])
    return rows.read(Exhibit, {**row, "capture": dict(row), "last_seen_at": last_seen_at, "seen": seen})
