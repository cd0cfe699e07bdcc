"""A text in pieces, its figures and what was searched for marked: for a page of the web, and for the command
(`extract --html`). Pure.

How a piece looks is left to who shows it. Figures of one quote share a piece; of a quote inside another the
inner one is marked in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.model import Figure
from ingest.search.passage import spans_of
from ingest.search.query import Searched, terms

HITS = 300  # that are marked

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """`first`, `last`: the quote of the figures begins or ends here; another, a hit or the end of a paragraph
    may break it."""

    text: str
    start: int
    figures: tuple[Figure, ...] = ()
    first: bool = False
    last: bool = False
    hit: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    start: int
    pieces: tuple[Piece, ...]

    @property
    def hit(self) -> bool:
        return any(piece.hit for piece in self.pieces)


def marked(body: str, figures: Iterable[Figure], hits: Sequence[Span] = ()) -> list[Paragraph]:
    """The lines of a text that say something; `hits` do not overlap."""
    quoted: dict[Span, list[Figure]] = {}
    for figure in figures:
        quoted.setdefault((figure.start, figure.end), []).append(figure)
    # Where the marking changes; between two such places every character has the same figures.
    places = sorted({0, len(body), *(place for span in [*quoted, *hits] for place in span)})
    quotes, found = _At(sorted(quoted)), _At(sorted(hits))
    lines: list[list[Piece]] = [[]]
    starts = [0]
    for start, end in pairwise(places):
        inner = quotes.innermost(start)
        hit = found.innermost(start) is not None
        at = start
        for number, text in enumerate(body[start:end].split("\n")):
            if number:
                lines.append([])
                starts.append(at)
            if text:
                first, last = (at == inner[0], at + len(text) == inner[1]) if inner else (False, False)
                shown = tuple(quoted[inner]) if inner else ()
                lines[-1].append(Piece(text, at, shown, first, last, hit))
            at += len(text) + 1
    return [
        Paragraph(start, tuple(line))
        for start, line in zip(starts, lines, strict=True)
        if "".join(piece.text for piece in line).strip()
    ]


class _At:
    """Which of some spans a place is in, asked from the front to the back."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self.spans = spans
        self.next = 0
        self.live: list[Span] = []

    def innermost(self, place: int) -> Span | None:
        self.live = [span for span in self.live if span[1] > place]
        while self.next < len(self.spans) and self.spans[self.next][0] <= place:
            self.live.append(self.spans[self.next])
            self.next += 1
        return min(self.live, key=lambda span: span[1] - span[0], default=None)


def hits_of(body: str, asked: str) -> list[Span]:
    """Where it has what is asked for, as a search finds it (ingest/search/query.py); the first `HITS`."""
    return spans_of(body, terms(asked), HITS)[:HITS]


def led_to(paragraphs: Sequence[Paragraph], asked: str, at: int | None = None) -> int | None:
    """The start of the paragraph to lead to: the one that holds the character `at`, else the first that has
    all words that are asked for, else the first that has one."""
    if at is not None:
        return next((p.start for p in reversed(paragraphs) if p.start <= at), None)
    wanted = terms(asked)
    with_hits = [p for p in paragraphs if p.hit]
    for paragraph in with_hits:
        text = Searched("", "".join(piece.text for piece in paragraph.pieces))
        if all(term.is_in(text) for term in wanted):
            return paragraph.start
    return with_hits[0].start if with_hits else None
