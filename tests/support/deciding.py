"""Decide on what a page says, and make it stand, in a transaction of the test. Not a test file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from ingest.identity.decide import Decision, Known
from ingest.model import Page, Reading
from ingest.store import documents, knowledge


def known(tx: Connection, page: Page, reading: Reading) -> Known:
    return knowledge.known(tx, page, knowledge.shown_on(tx, page.id), reading)


def apply(
    tx: Connection, page: Page, decision: Decision, reading: Reading, *, official: bool, now: datetime
) -> documents.Applied:
    shown = knowledge.shown_on(tx, page.id)
    return documents.apply(tx, page, shown, decision, reading, official=official, now=now)
