"""How two texts of a report differ, sentence by sentence, to be read by people. Pure.

What the difference makes one text to the other (revision, restated …) is relate.py. Compared is the form of
fingerprint.py: spaces, variants of punctuation, script and what sites put in are no difference.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ingest.compare.figures import skeleton
from ingest.compare.fingerprint import Text, text_of
from ingest.compare.highlights import Mark, Marker, common, figure_marks, readable
from ingest.compare.overlap import longest_run
from ingest.compare.script_variants import differ_in_script
from ingest.compare.similarity import ALIKE, HELD, couples, in_both, likeness

_MOST_SENTENCES = 20_000  # no report has a tenth of them
_MOST_CELLS = 1_600  # pairs of sentences that one gap may cost
_MOST_STEPS = 1_500_000  # letters that all gaps together may cost
_LEAST_GROWN, _MOST_GROWN = 4, 8  # letters of a clause that joins its neighbour; neighbours on each side
_MOST_TOLD = 5_000  # sentences that went or came, made ready for reading; more are given as they are compared


class ChangeKind(StrEnum):
    REMOVED = "removed"
    ADDED = "added"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence that went, came, or has other words. The other side of what went or came is "".

    Of a sentence that went or came only the figures are marked. `before_at` and `after_at`: which sentences
    of `text_of(body).sentences` it is, from and to (exclusive).
    """

    kind: ChangeKind
    before: str
    after: str
    before_marks: tuple[Mark, ...]
    after_marks: tuple[Mark, ...]
    before_at: tuple[int, int]
    after_at: tuple[int, int]

    @property
    def figures(self) -> bool:
        """Is a figure among what differs?"""
        return any(mark.figure for mark in (*self.before_marks, *self.after_marks))


@functools.lru_cache(maxsize=8)
def difference(before: str, after: str) -> tuple[Change, ...]:
    """What changed from one body to another, in the order of the text; () for texts with the same letters.

    Sentences that moved are removed at one place and added at the other. n log n, with a fixed allowance for
    what costs more: a hostile text gets a coarser difference, never a slow one.
    """
    one, other = text_of(before), text_of(after)
    if one.hashes == other.hashes or one.joined == other.joined:
        return ()
    work = _Work(one, other)
    if max(len(one.hashes), len(other.hashes)) > _MOST_SENTENCES:
        return tuple(work.coarsely())
    return tuple(change for gap in work.gaps() for change in work.changes_in(gap))


# --- which sentences belong together ---------------------------------------------------------

_Gap = tuple[int, int, int, int]  # from and to in the one, from and to in the other


class _Work:
    """Two texts, and what their comparison may still cost."""

    def __init__(self, one: Text, other: Text) -> None:
        self.one, self.other = one, other
        self.sentences = _MOST_TOLD
        self.steps, self.marker = _MOST_STEPS, Marker()

    def coarsely(self) -> Iterator[Change]:
        """All between what the two begin and end with alike, as one change."""
        head = common(self.one.hashes, self.other.hashes)
        tail = common(self.one.hashes[head:][::-1], self.other.hashes[head:][::-1])
        a, b = (head, len(self.one.hashes) - tail), (head, len(self.other.hashes) - tail)
        before, after = "".join(self.one.sentences[slice(*a)]), "".join(self.other.sentences[slice(*b)])
        if before and after:
            yield Change(ChangeKind.CHANGED, before, after, *self.marker.marks(before, after), a, b)
        elif before:
            yield self._one_sided(ChangeKind.REMOVED, before, a, b)
        else:
            yield self._one_sided(ChangeKind.ADDED, after, b, a)

    def gaps(self) -> list[_Gap]:
        """What stands between the sentences that both have, in order. Sentences that each has but once tie
        the texts together, then repeated ones between them."""
        mine, theirs = self.one.hashes, self.other.hashes
        found = [(0, len(mine), 0, len(theirs))]
        for once in (True, False):
            found = [
                part for gap in found for part in _between(gap, _same_places(gap, mine, theirs, once=once))
            ]
        return found

    def changes_in(self, gap: _Gap) -> Iterator[Change]:
        a0, a1, b0, b1 = gap
        ours, theirs = self.one.letters, self.other.letters
        bones = [skeleton(s) for s in ours[a0:a1]] if b1 > b0 else []
        other_bones = [skeleton(s) for s in theirs[b0:b1]] if a1 > a0 else []
        # The same sentence with other figures first: that is what matters most.
        places = [(a0 + a, b0 + b) for a, b in _paired(bones, other_bones, once=False)]
        pairs: list[tuple[int, int]] = []
        for part in _between(gap, places):
            pairs += self._alike(part)
        yield from self._told(gap, sorted([*places, *pairs]))

    def _alike(self, gap: _Gap) -> list[tuple[int, int]]:
        """The pairs of sentences, in order, that have most in common together."""
        a0, a1, b0, b1 = gap
        ours, theirs = self.one.letters[a0:a1], self.other.letters[b0:b1]
        if not ours or not theirs:
            return []
        cost = sum(map(len, ours)) * len(theirs) + sum(map(len, theirs)) * len(ours)
        if len(ours) * len(theirs) > _MOST_CELLS or cost > self.steps:
            return []
        self.steps -= cost
        mine, others = [couples(s) for s in ours], [couples(s) for s in theirs]
        best = [[0.0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
        near = [[likeness(x, y) for y in others] for x in mine]
        for i in range(len(ours) - 1, -1, -1):
            for j in range(len(theirs) - 1, -1, -1):
                together = best[i + 1][j + 1] + near[i][j] if near[i][j] >= ALIKE else 0.0
                best[i][j] = max(together, best[i + 1][j], best[i][j + 1])
        pairs, i, j = [], 0, 0
        while i < len(ours) and j < len(theirs):
            if near[i][j] >= ALIKE and best[i][j] == best[i + 1][j + 1] + near[i][j]:
                pairs.append((a0 + i, b0 + j))
                i, j = i + 1, j + 1
            elif best[i][j] == best[i + 1][j]:
                i += 1
            else:
                j += 1
        return pairs

    # --- what is said of them ----------------------------------------------------------------

    def _told(self, gap: _Gap, pairs: Sequence[tuple[int, int]]) -> Iterator[Change]:
        a0, a1, b0, b1 = gap
        wide = [(a, a + 1, b, b + 1) for a, b in pairs]
        for number in range(len(wide)):
            low = wide[number - 1] if number else (a0, a0, b0, b0)
            high = wide[number + 1] if number + 1 < len(wide) else (a1, a1, b1, b1)
            wide[number] = self._grown(wide[number], (low[1], high[0], low[3], high[2]))
        at = (a0, b0)
        for a, a_end, b, b_end in [*wide, (a1, a1, b1, b1)]:
            for i in range(at[0], a):
                yield self._one_sided(ChangeKind.REMOVED, self.one.sentences[i], (i, i + 1), (at[1], at[1]))
            for j in range(at[1], b):
                yield self._one_sided(ChangeKind.ADDED, self.other.sentences[j], (j, j + 1), (a, a))
            if a_end > a and (change := self._changed((a, a_end, b, b_end))):
                yield change
            at = (a_end, b_end)

    def _grown(self, pair: _Gap, room: _Gap) -> _Gap:
        """A pair with the neighbours that stand in its other half: 甲；乙 is two sentences, 甲，乙 is one."""
        a, a_end, b, b_end = pair
        ours, theirs = self.one.letters, self.other.letters
        whole, other_whole = ours[a], theirs[b]

        def stands(letters: str, in_whole: str) -> bool:
            if len(letters) < _LEAST_GROWN:
                return False
            if letters in in_whole:
                return True
            self.steps -= len(letters) + len(in_whole)
            mine = couples(letters) if self.steps > 0 else Counter()
            return bool(mine) and in_both(mine, couples(in_whole)) >= HELD * mine.total()

        while pair[0] - a < _MOST_GROWN and a > room[0] and stands(ours[a - 1], other_whole):
            a -= 1
        while a_end - pair[1] < _MOST_GROWN and a_end < room[1] and stands(ours[a_end], other_whole):
            a_end += 1
        while pair[2] - b < _MOST_GROWN and b > room[2] and stands(theirs[b - 1], whole):
            b -= 1
        while b_end - pair[3] < _MOST_GROWN and b_end < room[3] and stands(theirs[b_end], whole):
            b_end += 1
        return a, a_end, b, b_end

    def _one_sided(
        self, kind: ChangeKind, sentence: str, at: tuple[int, int], other_at: tuple[int, int]
    ) -> Change:
        """A sentence that went or came: its figures are marked."""
        marks: tuple[Mark, ...] = ()
        self.sentences -= 1
        if self.sentences > 0:
            marks = figure_marks(sentence)
            sentence = readable(sentence)
        if kind is ChangeKind.REMOVED:
            return Change(kind, sentence, "", marks, (), at, other_at)
        return Change(kind, "", sentence, (), marks, other_at, at)

    def _changed(self, pair: _Gap) -> Change | None:
        a, a_end, b, b_end = pair
        letters = "".join(self.one.letters[a:a_end]), "".join(self.other.letters[b:b_end])
        if letters[0] == letters[1]:
            return None
        if (
            self.one.converted != self.other.converted
            and len(letters[0]) == len(letters[1])
            and differ_in_script(*letters)
        ):
            return None
        before = "".join(self.one.sentences[a:a_end])
        after = "".join(self.other.sentences[b:b_end])
        marks, other_marks = self.marker.marks(before, after)
        return Change(
            ChangeKind.CHANGED, readable(before), readable(after), marks, other_marks, (a, a_end), (b, b_end)
        )


def _between(gap: _Gap, places: Sequence[tuple[int, int]]) -> Iterator[_Gap]:
    """The parts of a gap that stand before, between and after the places that tie the two together."""
    a, b = gap[0], gap[2]
    for at, other_at in [*places, (gap[1], gap[3])]:
        if at > a or other_at > b:
            yield a, at, b, other_at
        a, b = at + 1, other_at + 1


def _same_places(
    gap: _Gap, mine: Sequence[int], theirs: Sequence[int], *, once: bool
) -> list[tuple[int, int]]:
    a0, a1, b0, b1 = gap
    if a0 == a1 or b0 == b1:
        return []
    return [(a0 + a, b0 + b) for a, b in _paired(mine[a0:a1], theirs[b0:b1], once=once)]


def _paired(mine: Sequence[Hashable], theirs: Sequence[Hashable], *, once: bool) -> list[tuple[int, int]]:
    """Places of what both have, rising in both; what stands there several times is tied first to first,
    second to second, or with `once` not at all."""
    head = common(mine, theirs)
    tail = common(mine[head:][::-1], theirs[head:][::-1])
    places: dict[Hashable, list[int]] = {}
    for at in range(head, len(theirs) - tail):
        places.setdefault(theirs[at], []).append(at)
    waiting: dict[Hashable, list[int]] = {}
    for at in range(head, len(mine) - tail):
        if mine[at] in places:
            waiting.setdefault(mine[at], []).append(at)
    pairs = sorted(
        pair
        for key, ats in waiting.items()
        if not once or len(ats) == len(places[key]) == 1
        for pair in zip(ats, places[key], strict=False)
    )
    last, other_last = len(mine) - tail, len(theirs) - tail
    return [
        *((at, at) for at in range(head)),
        *longest_run(pairs),
        *((last + at, other_last + at) for at in range(tail)),
    ]
