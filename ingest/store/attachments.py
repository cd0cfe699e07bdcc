"""The files that pages hang their reports on: which one a page's text was last read from, and those before.

The page's own bytes are captures (watchlist.py). What is read from a file is a version like any other
(documents.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from ingest.model import Capture
from ingest.store import rows
from ingest.store.tables import attachments


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file, as it was fetched: `name` is what its server calls it, and nothing but data."""

    url: str
    name: str
    capture: Capture
    etag: str | None = None
    last_modified: str | None = None
    version_id: int | None = None


def read_from(
    tx: Connection, page_id: int, file: Attachment | None, version_id: int | None, now: datetime
) -> None:
    """The page's text was read from this file, as this version; None: from the page itself. What it was read
    from before ends."""
    live = (attachments.c.page_id == page_id, attachments.c.ended_at.is_(None))
    if file is None:
        tx.execute(update(attachments).where(*live).values(ended_at=now))
        return
    same = (attachments.c.url == file.url, attachments.c.sha256 == file.capture.sha256)
    validators = {"etag": file.etag, "last_modified": file.last_modified, "version_id": version_id}
    known = tx.execute(update(attachments).where(*live, *same).values(name=file.name, **validators))
    if known.rowcount:
        return
    tx.execute(update(attachments).where(*live).values(ended_at=now))
    tx.execute(
        attachments.insert().values(
            page_id=page_id,
            url=file.url,
            name=file.name,
            fetched_at=file.capture.fetched_at,
            sha256=file.capture.sha256,
            size=file.capture.size,
            warc_file=file.capture.warc_file,
            warc_offset=file.capture.warc_offset,
            **validators,
        )
    )


def read_from_now(tx: Connection, page_id: int) -> Attachment | None:
    """The file that the page's text was last read from; None where the page has its own text, or none yet."""
    query = (
        select(attachments)
        .where(attachments.c.page_id == page_id, attachments.c.ended_at.is_(None))
        .order_by(attachments.c.id.desc())
        .limit(1)
    )
    row = tx.execute(query).mappings().one_or_none()
    if row is None:
        return None
    return rows.read(Attachment, {**row, "capture": {**row, "status": 200, "url": None}})
