"""What is known of what a page says, before it is decided on: its text, its report, texts like it.

What is decided of it is identity/decide.py, what becomes of a decision documents.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, bindparam, cast, literal, null, select, union_all

from ingest.compare.changing_lines import hold_still, learnt
from ingest.compare.fingerprint import content_hash
from ingest.identity.decide import Known, gains_a_name
from ingest.model import Fingerprint, Page, Reading, Version
from ingest.store import decisions, documents, fingerprints, relations, rows
from ingest.store.leaders import elected, leading_versions
from ingest.store.tables import copies, pages, reports, versions


def known(tx: Connection, page: Page, shown: Version | None, reading: Reading) -> Known:
    """What identity/decide.py needs to know of a page that shows this version. The page's hash counts only
    while the page shows something: a page that was gone and came back with the same bytes is no unchanged
    page."""
    found = tx.execute(_THERE, _asked(reading)).one()
    same = documents.version(tx, found.version_id) if found.version_id is not None else None
    report_id, leader = _leader(tx, found)
    told = None if leader is None else same if same and same.id == leader else documents.version(tx, leader)
    about = same.identity if same else None
    here = same is not None and shown is not None and same.id == shown.id
    anew = same is None or gains_a_name(about, reading.identity, here=here)
    version_id = same.id if same else None
    near = relations.neighbours(tx, reading, report_id, but=version_id) if anew else ()
    return Known(
        page_body_sha256=page.body_sha256 if shown else None,
        page_version_id=shown.id if shown else None,
        version_id=version_id,
        report_id=report_id,
        leading_body=told.body if told else None,
        leading_title=told.title if told else None,
        neighbours=near,
        leading_id=leader,
        known_as=about,
        leading_ocr=told is not None and told.ocr,
    )


def is_first(tx: Connection, reading: Reading) -> bool:
    """Whether neither its text nor its report is there."""
    found = tx.execute(_THERE, _asked(reading)).one()
    return found.version_id is None and found.id is None


def there(tx: Connection, read: Sequence[tuple[Page, Reading]]) -> tuple[set[str], set[int]]:
    """Of what pages were read as: the hashes of texts and the keys of reports that are there already; and the
    ids of the pages that were never read, and that nobody else writes till the end of this transaction."""
    asked = {
        "hashes": [reading.content_hash for _, reading in read],
        "keys": [reading.identity.report_key for _, reading in read],
        "pages": [page.id for page, _ in read],
    }
    found, unread = set(), set()
    for name, page_id in tx.execute(_THERE_OF, asked):
        if page_id is None:
            found.add(name)
        else:
            unread.add(page_id)
    return found, unread


def stands_alone(tx: Connection, reading: Reading, beside: Mapping[int, Fingerprint]) -> bool:
    """Whether there is no text like this one, nor among new versions that are still to be written."""
    return not relations.near(tx, reading, beside)


def _asked(reading: Reading) -> dict[str, Any]:
    return {"text_hash": reading.content_hash, "key": reading.identity.report_key}


_TEXT: BindParameter[str] = bindparam("text_hash")
_KEY: BindParameter[str] = bindparam("key")
_LIVE = (copies.c.page_id == bindparam("page"), copies.c.ended_at.is_(None))
# The version of a text and the report of a key, each as far as it is there.
_THERE = select(
    fingerprints.id_of(_TEXT).label("version_id"),
    reports.c.id,
    reports.c.merged_into,
    reports.c.announced_version_id,
).select_from(select(literal(1)).subquery().outerjoin(reports, reports.c.key == _KEY))
_HASHES: BindParameter[Any] = bindparam("hashes", expanding=True)
_UNREAD = (
    select(pages.c.id)
    .where(pages.c.id.in_(bindparam("pages", expanding=True)), pages.c.body_sha256.is_(None))
    .order_by(pages.c.id)
    .with_for_update(key_share=True)
    .cte("unread")
)
_NO_PAGE = cast(null(), pages.c.id.type)
_THERE_OF = union_all(
    select(cast(null(), reports.c.key.type), _UNREAD.c.id),
    select(versions.c.content_hash, _NO_PAGE).where(versions.c.content_hash.in_(_HASHES)),
    fingerprints.in_this_form(_HASHES).add_columns(_NO_PAGE),
    select(reports.c.key, _NO_PAGE).where(reports.c.key.in_(bindparam("keys", expanding=True))),
)


def _leader(tx: Connection, found: Row[Any]) -> tuple[int | None, int | None]:
    """The report that was found, or the one that it was merged into, and its leading version."""
    if found.merged_into is not None:
        report_id = decisions.survivor(tx, found.id)
        return report_id, leading_versions(tx, [report_id]).get(report_id)
    if found.id is None:
        return None, None
    return found.id, found.announced_version_id or elected(tx, found.id)


def shown_on(tx: Connection, page_id: int) -> Version | None:
    """The version that a page shows now."""
    row = tx.execute(_SHOWN, {"page": page_id}).mappings().one_or_none()
    return None if row is None else rows.read(Version, row)


def stands_elsewhere(tx: Connection, page: Page, content_hash: str) -> bool:
    """Whether another page of its source shows this text now."""
    query = (
        select(copies.c.id)
        .join(pages, pages.c.id == copies.c.page_id)
        .where(
            copies.c.version_id == fingerprints.id_of(content_hash),
            copies.c.ended_at.is_(None),
            pages.c.source == page.source,
            pages.c.id != page.id,
        )
        .limit(1)
    )
    return tx.scalar(query) is not None


_SHOWN = (
    select(versions)
    .join(copies, copies.c.version_id == versions.c.id)
    .where(*_LIVE)
    .order_by(copies.c.id.desc())
    .limit(1)
)


def held_still(page: Page, shown: Version | None, reading: Reading) -> tuple[Reading, Mapping[str, int]]:
    """What a page says without what changes on it by itself since it was looked at last, when it showed this
    version, and which of its lines are known to do so now."""
    if shown is None or reading.recognised or shown.content_hash == reading.content_hash:
        return reading, learnt(page.furniture)
    body = reading.article.body
    held = hold_still(shown.body, body, page.furniture)
    if held.body != body:
        article = replace(reading.article, body=held.body)
        reading = Reading(article, reading.identity, content_hash(held.body))
    return reading, held.changes
