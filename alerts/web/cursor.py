"""Cursors: a place in a list ordered by time and id, as an opaque text. What is in one may change."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Annotated

from fastapi import HTTPException, Query

Cursor = Annotated[str | None, Query(max_length=200, description="`next_cursor` of the page before; opaque")]


def next_cursor(at: datetime, id: int) -> str:
    return base64.urlsafe_b64encode(f"{at.isoformat()} {id}".encode()).decode().rstrip("=")


def after_cursor(cursor: str | None) -> tuple[datetime, int] | None:
    """The place that a cursor stands for. HTTPException 422 for a text that is none."""
    if cursor is None:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        at, _, id_ = text.partition(" ")
        place = datetime.fromisoformat(at), int(id_)
    except (binascii.Error, UnicodeError, ValueError):
        place = None
    if place is None or place[0].tzinfo is None or not 0 <= place[1] < 2**62:
        raise HTTPException(422, "cursor: not one of ours; give the next_cursor of a page, or none")
    return place
