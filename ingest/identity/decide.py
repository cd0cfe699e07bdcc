"""What to do with a page that was read, and which version of a report leads. Pure.

The store says what is known (`Known`); pipeline.py carries the decision out in one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from ingest.china_time import china_day
from ingest.compare.fingerprint import text_of
from ingest.compare.overlap import NEARLY_ALL
from ingest.compare.relate import EXCERPT, Evidence, beside_a_scan, compare
from ingest.identity.compilation import is_compilation
from ingest.identity.kinds import REPORTS
from ingest.model import Identity, Kind, Reading, Relation


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A stored text of another report that shares sentences with the one on the page: `holds` is the share of
    the page's letters that stands in it, `held` the share of its own that the page has. `wholes`: of a text
    without an identity of its own, the reports it is known to be a piece of, and its best coverage there.
    `alone`: it is a report by itself."""

    version_id: int
    report_id: int
    identity: Identity
    title: str | None
    body: str
    compilation: bool
    holds: float
    held: float
    wholes: tuple[tuple[int, float], ...] = ()
    alone: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows that bears on a page."""

    page_body_sha256: str | None  # of the bytes of the page's last capture
    page_version_id: int | None  # the version that the page shows now (its live copy)
    version_id: int | None  # the version with the same content hash
    report_id: int | None  # the report with the same key
    leading_body: str | None  # the body of that report's leading version
    leading_title: str | None = None
    neighbours: tuple[Neighbour, ...] = ()
    leading_id: int | None = None  # of that leading version
    known_as: Identity | None = None  # which report the version with the same content hash is taken for
    leading_ocr: bool = False  # that leading version was read from a scan


NOTHING = Known(None, None, None, None, None)


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
class Named:
    """A text that is known and did not say which report it is; here it does. It belongs to that report from
    now on, as it would had it come with its name at first. `report_id` (None: a new one), `links`, `adopts`,
    `releases`: as of NewVersion."""

    version_id: int
    report_id: int | None
    links: tuple[Link, ...] = field(default=(), compare=False)
    adopts: tuple[int, ...] = ()
    releases: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """Version `version_id` (None: the new one) is to version `other_id` (likewise) what the evidence says."""

    version_id: int | None
    other_id: int | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A text not seen before, of a known report or (`report_id` None) of a new one.

    `relation`: to the leading version; a report's first version is the `same` as itself.
    `links`: what it is to the leading version and to texts of other reports, and they to it. `adopts`:
    versions without an identity of their own that are pieces of this one, and belong to its report from now
    on; `releases`: those that are pieces of this one and of another report alike, and belong to neither.
    """

    report_id: int | None
    relation: Relation
    links: tuple[Link, ...] = field(default=(), compare=False)
    adopts: tuple[int, ...] = ()
    releases: tuple[int, ...] = ()


Decision = Unchanged | SameVersion | NewCopy | Named | NewVersion


def decide(known: Known, raw_sha256: str, reading: Reading) -> Decision:
    """What a page that was just read means: same bytes, same text, known text, else a version."""
    if known.page_version_id is not None and known.page_body_sha256 == raw_sha256:
        return Unchanged()
    if known.version_id is not None:
        here = known.version_id == known.page_version_id
        if gains_a_name(known.known_as, reading.identity, here=here):
            ties = _ties(known, reading)
            return Named(known.version_id, known.report_id, ties.links, ties.adopts, ties.releases)
        if known.version_id == known.page_version_id:
            return SameVersion(known.version_id)
        return NewCopy(known.version_id)
    body = reading.article.body
    if is_compilation(body) if reading.compilation is None else reading.compilation:
        held = [n for n in known.neighbours if n.held >= HELD and not n.compilation]
        links = tuple(Link(None, n.version_id, _holding(n.held, n.holds, body, n.body)) for n in held)
        return NewVersion(known.report_id, Relation.COMPILATION, links=links)
    ties = _ties(known, reading)
    links, adopts, releases = ties.links, ties.adopts, ties.releases
    if ties.home is not None:
        whole, evidence = ties.home
        return NewVersion(whole.report_id, evidence.relation, links=links)
    if known.report_id is None or known.leading_body is None:
        return NewVersion(known.report_id, Relation.SAME, links=links, adopts=adopts, releases=releases)
    evidence = compare(
        text_of(body),
        text_of(known.leading_body),
        reading.article.title,
        known.leading_title,
        nameless=is_nameless(reading.identity),
    )
    if known.leading_ocr or reading.recognised is not None:
        evidence = beside_a_scan(evidence)
    if known.leading_id is not None:
        links += (Link(None, known.leading_id, evidence),)
    return NewVersion(
        known.report_id,
        evidence.relation,
        links=links,
        adopts=adopts,
        releases=releases,
    )


def gains_a_name(before: Identity | None, now: Identity, *, here: bool) -> bool:
    """Whether a text that did not say which report it is does so now. `here`: on the page that shows it,
    whose title was put right: then it may have been called news or a notice, too."""
    if before is None or now.kind not in REPORTS or is_nameless(now):
        return False
    return is_nameless(before) or (here and before.kind in (Kind.NEWS, Kind.NOTICE))


@dataclass(frozen=True, slots=True)
class _Ties:
    """What a text is to those of other reports: see NewVersion. `home`: of a nameless one, the whole that it
    is a piece of."""

    links: tuple[Link, ...]
    adopts: tuple[int, ...] = ()
    releases: tuple[int, ...] = ()
    home: tuple[Neighbour, Evidence] | None = None


def _ties(known: Known, reading: Reading) -> _Ties:
    body, title = reading.article.body, reading.article.title or reading.identity.title
    links = tuple(
        Link(n.version_id, None, _holding(n.holds, n.held, n.body, body))
        for n in known.neighbours
        if n.compilation and n.holds >= HELD
    )
    others = [n for n in known.neighbours if not n.compilation]
    if not others:
        return _Ties(links)
    if is_nameless(reading.identity):
        wholes = _wholes_of(reading.identity, body, title, others)
        links += tuple(Link(None, n.version_id, evidence) for n, evidence in wholes)
        return _Ties(links, home=_home(wholes))
    pieces = [(n, e) for n in others if (e := _piece_of(n, reading.identity, body, title))]
    return _Ties(
        links + tuple(Link(n.version_id, None, evidence) for n, evidence in pieces),
        tuple(n.version_id for n, e in pieces if n.report_id != known.report_id and _fits(n, e, known) > 0),
        tuple(n.version_id for n, e in pieces if not n.alone and _fits(n, e, known) == 0),
    )


HELD = 0.8
"""Share of a report's letters that must stand in a compilation for it to be one of those that it holds."""
PIECES = frozenset({Relation.SAME, Relation.TRUNCATED, Relation.PART})
"""What a text without an identity of its own must be to another to be tied to its report."""
FEWEST_SHARED = 3  # sentences that are no commonplaces


def is_nameless(identity: Identity) -> bool:
    """Whether a text does not say which report it is: page two of a repost, a thread without a title.

    News and notices are documents of their own, whatever they quote.
    """
    if identity.kind in (Kind.NEWS, Kind.NOTICE) or not identity.report_key.startswith("doc/"):
        return False
    return identity.kind is Kind.OTHER or identity.kind in REPORTS


def is_another_report(identity: Identity, shown: Identity) -> bool:
    """Whether a page that showed one report shows another now."""
    return {identity.kind, shown.kind} <= {*REPORTS} and identity.report_key != shown.report_key


def mistaken_for(identity: Identity, shown: Identity) -> bool:
    """Whether such a report is not that of a later year: an address may be used again, but a server may also
    mix up its pages (that of a later year, too: belief.py)."""
    if not is_another_report(identity, shown):
        return False
    if identity.report_key.startswith("doc/") or shown.report_key.startswith("doc/"):
        return False
    again = identity.kind is shown.kind and identity.region == shown.region
    return not (again and (identity.year or 0) > (shown.year or 0))


def is_piece(evidence: Evidence) -> bool:
    """Whether a text without an identity of its own may be tied to the other one: as a piece of it, or as all
    of it with a few other words and no other figure."""
    if evidence.shared < FEWEST_SHARED:
        return False
    if evidence.relation is Relation.REVISION:
        return evidence.coverage >= NEARLY_ALL and not evidence.changed
    return evidence.relation in PIECES and evidence.coverage >= HELD


def _wholes_of(
    identity: Identity, body: str, title: str | None, others: Iterable[Neighbour]
) -> list[tuple[Neighbour, Evidence]]:
    """The texts of which this nameless one is a piece."""
    text = text_of(body)
    wholes = []
    for n in others:
        if is_nameless(n.identity) or n.holds < HELD or not _may_be_one(identity, n.identity):
            continue
        evidence = compare(text, text_of(n.body), title, n.title, nameless=True)
        if is_piece(evidence):
            wholes.append((n, evidence))
    return wholes


def _home(wholes: Sequence[tuple[Neighbour, Evidence]]) -> tuple[Neighbour, Evidence] | None:
    """The whole whose report a nameless text belongs to: the one that covers most of it. None where there is
    none, or another report covers as much: whose it is cannot be said then."""
    if not wholes:
        return None
    best = max(wholes, key=lambda f: (_covered(f[1]), f[1].other_coverage, f[0].identity.report_key))
    if any(n.report_id != best[0].report_id and _covered(e) >= _covered(best[1]) for n, e in wholes):
        return None
    return best


def _fits(n: Neighbour, evidence: Evidence, known: Known) -> float:
    """Above 0: the nameless text is rather of this report than of any other; 0: as much; below: less."""
    rivals = [coverage for report_id, coverage in n.wholes if report_id != known.report_id]
    return _covered(evidence) - max(rivals, default=0.0)


def _covered(evidence: Evidence) -> float:
    return round(evidence.coverage, 4)  # as it is kept


def _piece_of(n: Neighbour, identity: Identity, body: str, title: str | None) -> Evidence | None:
    """The evidence that a stored nameless text is a piece of this one."""
    if not is_nameless(n.identity) or n.held < HELD or not _may_be_one(n.identity, identity):
        return None
    evidence = compare(text_of(n.body), text_of(body), n.title, title, nameless=True)
    return evidence if is_piece(evidence) else None


def _may_be_one(piece: Identity, whole: Identity) -> bool:
    """What little the piece says of itself must not speak against the whole."""
    if piece.year is not None and whole.year is not None and piece.year != whole.year:
        return False
    if piece.kind in REPORTS and piece.kind is not whole.kind:
        return False
    return piece.region is None or whole.region is None or piece.region.key == whole.region.key


def _holding(held: float, holds: float, compilation: str, report: str) -> Evidence:
    return Evidence(
        relation=Relation.COMPILATION,
        because="a page of many reports, and this one stands in it",
        coverage=holds,
        other_coverage=held,
        letters=text_of(compilation).chars,
        other_letters=text_of(report).chars,
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version that may lead its report. `official`: a portal shows it; `own`: the portal of the place whose
    report it is; `relation_partial`: it is truncated, a part, masked or a draft; `shown_partial`: it is so
    beside a text that a page shows; `draft`: beside a text of the report it is only a draft of it; `chars`:
    length of its body; `put_up_on`: as the page that shows it dates itself; `ocr`: it was read from a
    scan."""

    version_id: int
    official: bool
    relation_partial: bool
    first_seen_at: datetime
    chars: int
    put_up_on: date | None = None
    draft: bool = False
    ocr: bool = False
    own: bool = False
    shown_partial: bool = False

    @property
    def newness(self) -> tuple[date, datetime]:
        """Pages may be found in any order, so the page's own date counts before our first sight of it."""
        return self.put_up_on or china_day(self.first_seen_at), self.first_seen_at


PARTIAL = frozenset({Relation.TRUNCATED, Relation.PART, Relation.MASKED, Relation.DRAFT})
"""Relations of versions that lead only where there is nothing better."""


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The better ones first: the report before its draft, typed before read from a scan, official before
    repost, complete before partial, on the place's own site before another government's, newer before older;
    then the longer, then the later id. The order of `candidates` does not matter. A typed text of which a
    scan has more than twice as much is an excerpt, and does not take the place of the whole.

    A version on several pages is several candidates: it is as new as its oldest official page.
    """
    first: dict[tuple[int, bool, bool], Candidate] = {}
    for candidate in candidates:
        shown = candidate.version_id, candidate.official, candidate.own
        same = first.setdefault(shown, candidate)
        if candidate.newness < same.newness:
            first[shown] = candidate
    scanned = max((c.chars for c in first.values() if c.ocr), default=0)
    return sorted(
        first.values(),
        reverse=True,
        key=lambda c: (
            not c.draft,
            (c.chars >= EXCERPT * scanned, not c.ocr),
            c.official,
            # Beside what was told and is gone both may be pieces; once one is told, that counts no more.
            not c.shown_partial,
            not c.relation_partial,
            c.own,
            c.newness,
            c.chars,
            c.version_id,
        ),
    )


def leading(candidates: Iterable[Candidate]) -> Candidate:
    """The version that speaks for its report: the best of them. Raises ValueError when there are none."""
    best, *_ = ranked(candidates)
    return best


def other_articles(leader: int, others: Iterable[int], apart: Collection[frozenset[int]]) -> list[int]:
    """Which versions speak for a report beside the leading one: the other articles of it. Each is `apart`
    from all the rest, as pairs; of two texts of one article it is the first of `others`."""
    chosen = [leader]
    for one in others:
        if all(frozenset((one, other)) in apart for other in chosen):
            chosen.append(one)
    return chosen[1:]
