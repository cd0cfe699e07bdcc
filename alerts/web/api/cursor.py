"""Cursors: a place in a list ordered by time and id, as an opaque text. What is in one may change."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated

from fastapi import HTTPException, Query

Cursor = Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before; opaque")]


_REFUSED = "cursor: not one of ours; give the next_cursor of a page, or none"
_MOST = 2**62  # of an id: what the databases hold, and no more
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_YEARS = range(1970, 3000)  # no cursor of ours has another; at the ends a database counts zones over the edge


def next_cursor(at: datetime, *ids: int) -> str:
    return id_cursor(at, " ".join(str(id_) for id_ in ids))


def id_cursor(at: datetime, id: str) -> str:
    """The cursor of a list whose ids are texts."""
    return base64.urlsafe_b64encode(f"{at.isoformat()} {id}".encode()).decode().rstrip("=")


def after_cursor(cursor: str | None) -> tuple[datetime, int] | None:
    """The place that a cursor stands for. HTTPException 422 for a text that is none."""
    if cursor is None:
        return None
    at, (id_,) = _numbers(cursor, 1)
    return at, id_


def after_figure_cursor(cursor: str | None) -> tuple[datetime, int, int, int] | None:
    """Of a list of figures: when the report was first seen, its id, `start` and id of the figure."""
    if cursor is None:
        return None
    at, (report, start, figure) = _numbers(cursor, 3)
    return at, report, start, figure


def after_id_cursor(cursor: str) -> tuple[datetime, str]:
    """Of a list whose ids are texts."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        at, _, id_ = text.partition(" ")
        moment = datetime.fromisoformat(at)
    except (binascii.Error, UnicodeError, ValueError) as exc:
        raise HTTPException(422, _REFUSED) from exc
    if moment.tzinfo is None or moment.year not in _YEARS or not id_:
        raise HTTPException(422, _REFUSED)
    return moment, id_


def place_cursor(place: int) -> str:
    """Of a list whose places are numbers."""
    return next_cursor(_NO_TIME, place)


def after_place_cursor(cursor: str | None) -> int | None:
    found = after_cursor(cursor)
    return None if found is None else found[1]


def _numbers(cursor: str, count: int) -> tuple[datetime, list[int]]:
    at, text = after_id_cursor(cursor)
    try:
        ids = [int(word) for word in text.split(" ")]
    except ValueError as exc:
        raise HTTPException(422, _REFUSED) from exc
    if len(ids) != count or not all(0 <= id_ < _MOST for id_ in ids):
        raise HTTPException(422, _REFUSED)
    return at, ids
