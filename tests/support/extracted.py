"""For tests of what follows from an extraction: what a worker keeps of one, given."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from ingest.model import Extraction, Report
from ingest.store.extraction import draft, held, save_drafts


def save_extraction(tx: Connection, version_id: int, extraction: Extraction, now: datetime) -> Report | None:
    """Replace what was extracted from this version, as save_drafts."""
    one = draft(version_id, extraction)
    return save_drafts(tx, [one], now, held(tx, [version_id])).get(version_id)
