"""Captures as records, as a list for the terminal, and as links. Pure.

Which captures stand behind a report is ingest/evidence.py; where links lead is web/pages/evidence.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from alerts.listing.lists import clock
from alerts.listing.records import stamp
from alerts.listing.table import Column, Listing
from ingest.model import Copy, SourceKind
from ingest.store.evidence import Exhibit, newest_by_copy

_FIELDS = (
    *("id", "url", "attachment", "part", "source.slug", "source.official", "status"),
    *("fetched_at", "last_seen_at"),
    *("size", "sha256", "content_hash", "warc_file", "warc_offset", "seen_file", "seen_offset"),
)


def exhibit_record(exhibit: Exhibit) -> dict[str, Any]:
    capture = exhibit.capture
    return {
        "id": exhibit.id,
        "url": capture.url or exhibit.page_url,
        "page": exhibit.page_url,
        "attachment": exhibit.attachment,
        "part": exhibit.part,
        "source": {"slug": exhibit.source, "name": exhibit.source_name, "official": exhibit.official},
        "status": capture.status,
        "fetched_at": stamp(capture.fetched_at),
        "last_seen_at": stamp(exhibit.last_seen_at),
        "size": capture.size,
        "sha256": capture.sha256 or None,
        "content_hash": exhibit.content_hash,
        "warc_file": capture.warc_file,
        "warc_offset": capture.warc_offset,
        "seen_file": exhibit.seen[0],
        "seen_offset": exhibit.seen[1],
    }


def listing(exhibits: Sequence[Exhibit]) -> Listing:
    return Listing(
        columns=(
            Column("编号", lambda r, w: str(r["id"]), right=True, keep=True),
            Column("来源", lambda r, w: str(r["source"]["name"]), least=10),
            Column("地址", lambda r, w: str(r["attachment"] or r["url"]), least=16),
            Column("取得", lambda r, w: clock(r, "fetched_at"), keep=True),
            Column("字节", lambda r, w: str(r["size"]), right=True, keep=True),
            Column("文本", lambda r, w: (r["content_hash"] or "—").removeprefix("sha256:")[:12], keep=True),
        ),
        fields=_FIELDS,
        records=tuple(map(exhibit_record, exhibits)),
    )


def links(base: str, exhibits: Sequence[Exhibit], copies: Sequence[Copy]) -> Mapping[int, str]:
    """{id of a copy: where its newest capture can be had}. Local files are not given out over the web."""
    newest = newest_by_copy(exhibits)
    newest_of = ((copy.id, newest.get((copy.page_id, copy.version_id))) for copy in copies)
    return {id: f"{base}/evidence/{e.id}" for id, e in newest_of if e is not None and public(e)}


def public(exhibit: Exhibit) -> bool:
    return exhibit.source_kind is not SourceKind.LOCAL
