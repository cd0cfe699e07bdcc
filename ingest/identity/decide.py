"""What to do with a page that was read, and which version of a report leads. Pure.

The store says what is known (`Known`); pipeline.py carries the decision out in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ingest.identity.relate import relate
from ingest.model import Reading, Relation


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows that bears on a page."""

    page_body_sha256: str | None  # of the bytes of the page's last capture
    page_version_id: int | None  # the version that the page shows now (its live copy)
    version_id: int | None  # the version with the same content hash
    report_id: int | None  # the report with the same key
    leading_body: str | None  # the body of that report's leading version


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The very bytes of last time."""


@dataclass(frozen=True, slots=True)
class SameVersion:
    """Other bytes, the same text: the page still shows this version."""

    version_id: int


@dataclass(frozen=True, slots=True)
class NewCopy:
    """A text that is known, now on this page too (or again)."""

    version_id: int


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A text not seen before, of a known report or (`report_id` None) of a new one.

    `relation`: to the leading version; a report's first version is the `same` as itself. `reverse`: what the
    leading version is to this one, for when this one takes the lead (the whole text after a cut repost).
    """

    report_id: int | None
    relation: Relation
    reverse: Relation | None = None


Decision = Unchanged | SameVersion | NewCopy | NewVersion


def decide(known: Known, raw_sha256: str, reading: Reading) -> Decision:
    """What a page that was just read means: same bytes, same text, known text, else a version."""
    if known.page_version_id is not None and known.page_body_sha256 == raw_sha256:
        return Unchanged()
    if known.version_id is not None:
        if known.version_id == known.page_version_id:
            return SameVersion(known.version_id)
        return NewCopy(known.version_id)
    if known.report_id is None or known.leading_body is None:
        return NewVersion(known.report_id, Relation.SAME)
    body = reading.article.body
    return NewVersion(
        known.report_id,
        relate(body, known.leading_body, reading.article.title or reading.identity.title),
        relate(known.leading_body, body),
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version that may lead its report. `official`: a portal shows it; `relation_partial`: it is truncated,
    a part, masked or a draft; `chars`: length of its body."""

    version_id: int
    official: bool
    relation_partial: bool
    first_seen_at: datetime
    chars: int


PARTIAL = frozenset({Relation.TRUNCATED, Relation.PART, Relation.MASKED, Relation.DRAFT})
"""Relations of versions that lead only where there is nothing better."""


def leading(candidates: Iterable[Candidate]) -> Candidate:
    """The version that speaks for its report: official before repost, complete before partial, newer before
    older; then the longer, then the later id. The order of `candidates` does not matter.

    Raises ValueError when there are none.
    """
    return max(
        candidates, key=lambda c: (c.official, not c.relation_partial, c.first_seen_at, c.chars, c.version_id)
    )
