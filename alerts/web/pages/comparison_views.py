"""Two texts of a report beside each other, ready to print: what changed, with a sentence of context. Pure.

The comparison is ingest/compare/difference.py; the address and the rows of the store are comparison.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from alerts.web.pages.report_views import Tag, official_tag, relation_tag, report_href
from alerts.words.language import Words
from alerts.words.safe_text import web_address
from ingest.compare.difference import Change, ChangeKind, difference
from ingest.compare.fingerprint import text_of
from ingest.compare.highlights import Mark, excerpt, readable
from ingest.model import Copy, Relation, Version
from ingest.store.relations import Related

MOST_CHANGES = 200  # on a page
LONGEST = 1_200  # characters of a sentence
CONTEXT = 120
LEAST_DIGITS = 16  # of a content hash that names a version: as many as the report's page prints

Piece = tuple[str, bool, bool]  # text, does the other side lack it, is it a figure


@dataclass(frozen=True, slots=True)
class Row:
    """One change; a side without pieces has no such sentence. `whole`: all of it went or came."""

    kind: str
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """Changes that follow each other, with the sentence before and the one behind; `skipped`: how many
    sentences that both have are left out above."""

    skipped: int
    lead: str
    rows: tuple[Row, ...]
    follow: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two texts."""

    title: str
    source: str
    url: str | None
    tags: tuple[Tag, ...]
    copy: Copy | None
    chars: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Comparison:
    before: Side
    after: Side
    passages: tuple[Passage, ...]
    changed: int  # sentences
    removed: int
    added: int
    with_figures: int
    shown: int
    total: int
    skipped: int  # sentences that both have, below the last passage
    coverage: str


def compare_href(root: str, key: str, before: str, after: str) -> str:
    """Where two texts of a report, by their content hashes, stand beside each other."""
    query = {"from": _digits(before)[:LEAST_DIGITS], "to": _digits(after)[:LEAST_DIGITS]}
    return f"{report_href(root, key)}/compare?{urlencode(query)}"


def version_of(versions: Iterable[Version], hash_: str) -> Version | None:
    """The version that is meant by its content hash or the first digits of it; None: none, or several."""
    digits = _digits(hash_.strip().lower())
    matching = [v for v in versions if _digits(v.content_hash).startswith(digits)]
    return matching[0] if len(digits) >= LEAST_DIGITS and len(matching) == 1 else None


def coverage_text(related: Related | None, words: Words, this: str = "", other: str = "") -> str:
    """`此文 98% 见于现行文本，现行文本 61% 见于此文`; "" where no evidence was kept."""
    if related is None or related.evidence is None:
        return ""
    this, other = this or words.say("此文"), other or words.say("现行文本")
    evidence = related.evidence
    if evidence.relation is Relation.SAME and min(evidence.coverage, evidence.other_coverage) > 0.9995:
        return words.say("%(this)s与%(other)s逐字相同", this=this, other=other)
    return words.say(
        "%(this)s %(share)s 见于%(other)s，%(other)s %(other_share)s 见于%(this)s",
        this=this,
        other=other,
        share=_share(evidence.coverage, words),
        other_share=_share(evidence.other_coverage, words),
    )


def comparison(
    before: Version,
    after: Version,
    copies: Sequence[Copy],
    leading: int | None,
    related: Related | None,
    words: Words,
) -> Comparison:
    """`related`: what `before` is to `after`, with its evidence, where that is known."""
    changes = difference(before.body, after.body)
    shown = changes[:MOST_CHANGES]
    kinds = Counter(change.kind for change in changes)
    passages, skipped = _passages(after, shown)
    return Comparison(
        before=_side(before, copies, leading, words),
        after=_side(after, copies, leading, words),
        passages=passages,
        changed=kinds[ChangeKind.CHANGED],
        removed=kinds[ChangeKind.REMOVED],
        added=kinds[ChangeKind.ADDED],
        with_figures=sum(c.figures for c in changes),
        shown=len(shown),
        total=len(changes),
        skipped=skipped if len(shown) == len(changes) else 0,
        coverage=coverage_text(related, words, words.say("甲"), words.say("乙")),
    )


# --- passages --------------------------------------------------------------------------------


def _passages(after: Version, changes: Sequence[Change]) -> tuple[tuple[Passage, ...], int]:
    """The changes in passages, and how many sentences of `after` stand below the last."""
    theirs = text_of(after.body).sentences
    out: list[Passage] = []
    counted = 0  # sentences of `after` that are shown or counted so far
    for group in _runs(changes):
        first, last = group[0].after_at[0], group[-1].after_at[1]
        lead = theirs[first - 1] if first - 1 >= counted else ""
        follow = theirs[last] if last < len(theirs) else ""
        out.append(
            Passage(
                skipped=max(0, first - counted - bool(lead)),
                lead=_context(lead),
                rows=tuple(_row(change) for change in group),
                follow=_context(follow),
            )
        )
        counted = last + bool(follow)
    return tuple(out), max(0, len(theirs) - counted)


def _runs(changes: Sequence[Change]) -> list[list[Change]]:
    """Changes that stand right behind one another, together."""
    runs: list[list[Change]] = []
    for change in changes:
        if runs and change.after_at[0] == runs[-1][-1].after_at[1]:
            runs[-1].append(change)
        else:
            runs.append([change])
    return runs


def _context(sentence: str) -> str:
    return excerpt(readable(sentence), (), CONTEXT)[0]


def _row(change: Change) -> Row:
    return Row(
        kind=change.kind.value,
        before=_pieces(change.before, change.before_marks),
        after=_pieces(change.after, change.after_marks),
        whole=change.kind is not ChangeKind.CHANGED,
    )


def _pieces(sentence: str, marks: Sequence[Mark]) -> tuple[Piece, ...]:
    text, placed = excerpt(sentence, marks, LONGEST)
    out: list[Piece] = []
    end = 0
    for mark in placed:
        out += [(text[end : mark.start], False, False), (text[mark.start : mark.end], True, mark.figure)]
        end = mark.end
    return tuple(piece for piece in [*out, (text[end:], False, False)] if piece[0])


# --- the two texts ---------------------------------------------------------------------------


def _side(version: Version, copies: Sequence[Copy], leading: int | None, words: Words) -> Side:
    own = [c for c in copies if c.version_id == version.id]
    copy = min(
        own, key=lambda c: (c.ended_at is not None, not c.official, c.first_seen_at, c.id), default=None
    )
    tags: list[Tag] = []
    if copy is not None:
        tags.append(official_tag(copy, words))
        if version.id == leading:
            tags.append((words.say("现行文本"), ""))
        elif copy.relation is not Relation.SAME:
            tags.append(relation_tag(copy.relation, words))
        if copy.ended_at:
            tags.append((words.say("已换下"), ""))
    return Side(
        title=version.title or "",
        source=copy.source_name if copy else "",
        url=web_address(copy.url) if copy else None,
        tags=tuple(tags),
        copy=copy,
        chars=len(version.body),
        fingerprint=_digits(version.content_hash)[:LEAST_DIGITS],
    )


def _digits(content_hash: str) -> str:
    return content_hash.removeprefix("sha256:")


def _share(part: float, words: Words) -> str:
    """Whole percents, of which only all of it is 100 % and only nothing of it is 0 %."""
    percent = round(part * 100)
    if percent == 100 and part < 0.9995:
        percent = 99
    return words.say("不到 1%%") if percent == 0 and part > 0 else f"{percent}%"
