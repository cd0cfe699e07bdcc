"""Decide on what a page says, make it stand, keep what came: in a transaction of the test. No test file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from ingest.identity.decide import Decision, Known
from ingest.model import Capture, Page, Reading
from ingest.store import documents, evidence, knowledge, watchlist


def known(tx: Connection, page: Page, reading: Reading) -> Known:
    return knowledge.known(tx, page, knowledge.shown_on(tx, page.id), reading)


def apply(
    tx: Connection, page: Page, decision: Decision, reading: Reading, *, official: bool, now: datetime
) -> documents.Applied:
    shown = knowledge.shown_on(tx, page.id)
    return documents.apply(tx, page, shown, decision, reading, official=official, now=now)


def had(tx: Connection, page_id: int, capture: Capture, next_fetch_at: datetime) -> None:
    """The page came with these bytes."""
    evidence.keep_capture(tx, page_id, capture, None)
    now = capture.fetched_at
    watchlist.page_had(tx, page_id, watchlist.Had(now, next_fetch_at, None, None, capture.sha256))
