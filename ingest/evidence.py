"""What stands behind a report: which captures, and their bytes out of the archive.

Captures are store/evidence.py, WARC files archive/archive.py; how it is listed is alerts/listing/captures.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from ingest.errors import ArchiveError, ConfigError
from ingest.store import documents, evidence, leaders
from ingest.store.evidence import Exhibit

if TYPE_CHECKING:
    from ingest.archive.archive import Archive, Place


@dataclass(frozen=True, slots=True)
class Behind:
    """A report with its captures, oldest first; `leading` is the version that stands for it now."""

    key: str
    leading: int | None
    exhibits: tuple[Exhibit, ...]

    @property
    def best(self) -> Exhibit:
        """The capture to show first: a text rather than a refusal, of the leading version, a file rather than
        the page that is its shell, official before repost, the earliest. Raises ArchiveError for none."""
        archived = [e for e in self.exhibits if e.capture.warc_file is not None]
        if not archived:
            raise ArchiveError(f"the evidence of {self.key}: none of its captures was archived.")
        return min(archived, key=self._rank)

    def only(self, capture_id: int) -> Behind:
        """Of these captures this one. Raises ConfigError when it is not among them."""
        chosen = tuple(e for e in self.exhibits if e.id == capture_id)
        if not chosen:
            raise ConfigError(f"--capture {capture_id}: not one of those behind {self.key}")
        return replace(self, exhibits=chosen)

    def _rank(self, e: Exhibit) -> tuple[bool, bool, bool, bool, bool, int]:
        return (
            e.capture.status != 200,
            e.version_id != self.leading,
            e.part is not None,
            e.attachment is None,
            not e.official,
            e.id,
        )


def behind(tx: Connection, what: str, version: str | None = None) -> Behind:
    """The captures behind the report that is meant by `what` (its key, the beginning of it, or a content
    hash), or behind one `version` of it (a content hash or its beginning).

    Raises ConfigError when that is no report, or several.
    """
    report_id, key, version_id = _one(evidence.named(tx, what), what)
    if version is not None:
        digits = version.removeprefix("sha256:").lower()
        found = [
            v
            for v in documents.versions_of(tx, report_id)
            if digits and v.content_hash.removeprefix("sha256:").startswith(digits)
        ]
        if len(found) != 1:
            raise ConfigError(
                f"--version {version!r}: {len(found)} versions of {key} begin so;"
                f" `gongbao evidence {key}` lists them"
            )
        version_id = found[0].id
    leading = leaders.leading_versions(tx, [report_id]).get(report_id)
    return Behind(
        key,
        leading if version_id is None else version_id,
        tuple(evidence.exhibits(tx, report_id, version_id)),
    )


def _one(found: Sequence[tuple[int, str, int | None]], what: str) -> tuple[int, str, int | None]:
    if not found:
        raise ConfigError(
            f"report {what!r}: none has this key or content hash;"
            " `gongbao reports --format json` shows the keys"
        )
    if len({version_id or report_id for report_id, _, version_id in found}) > 1:
        keys = ", ".join(sorted({key for _, key, _ in found}))
        raise ConfigError(f"report {what!r}: not only one begins so: {keys}")
    return found[0]


def payload(archive: Archive, exhibit: Exhibit) -> bytes:
    """The bytes that were received, inflated, not decoded: those whose SHA-256 the store knows.

    Raises ArchiveError when they are not in the archive, or not whole.
    """
    body = _read(archive, exhibit)
    expected = exhibit.capture.sha256
    if expected and hashlib.sha256(body).hexdigest() != expected:
        raise ArchiveError(
            f"capture {exhibit.id} in {exhibit.capture.warc_file}: the payload is not the one that was seen"
            f" (SHA-256 {expected}). Restore the file from a copy."
        )
    return body


def record(archive: Archive, exhibit: Exhibit) -> bytes:
    """The WARC record as it was written: its own headers, those of HTTP, the payload; its digests checked.

    Raises ArchiveError.
    """
    place = _place(exhibit)
    archive.record(*place)
    return archive.raw(*place)


def _read(archive: Archive, exhibit: Exhibit) -> bytes:
    """From its record; where that is lost, from the newest that says the same, which may hold it again."""
    place = _place(exhibit)
    try:
        return archive.read(*place)
    except ArchiveError:
        file, offset = exhibit.seen
        if file is None or offset is None or (file, offset) == place:
            raise
        again = archive.record(file, offset)
        if again.kind == "revisit":
            raise
        return again.payload


def _place(exhibit: Exhibit) -> Place:
    file, offset = exhibit.capture.warc_file, exhibit.capture.warc_offset
    if file is None or offset is None:
        raise ArchiveError(
            f"capture {exhibit.id} of {exhibit.page_url}: only the hash of its bytes was kept, not the bytes."
        )
    return file, offset
