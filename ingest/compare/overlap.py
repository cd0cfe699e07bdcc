"""What two texts have in common, sentence by sentence, and what sets them apart. Pure.

What that makes one text to the other is relate.py; how they differ, to be read by people, difference.py.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from ingest.compare.figures import (
    Change,
    changed_sentences,
    contradicted,
    figures_of,
    masks_in,
    other_figures,
    says_how_much,
    skeleton,
)
from ingest.compare.fingerprint import Text
from ingest.compare.similarity import ALIKE, couples, likeness

NEARLY_ALL = 0.9
"""Share of the shorter text's letters that must stand in the longer one, in order."""
MUCH_SHORTER = 0.9
"""A truncated text has at most this share of the letters of the whole."""
IN_COMMON = 0.1
"""Two texts that share less of their letters have nothing in common."""
_FEWEST_AT_ENDS = 3  # sentences that two pieces must share where the one ends and the other begins
_FEW_MASKS = 3
_MOST_REWRITTEN = 300_000  # letters that looking for rewritten sentences may cost
_MOST_BESIDE = 40  # sentences that one is held against
_MOST_AT_HEAD, _MOST_AT_TAIL = 200, 120  # letters that a site puts above and below a text
_EDGE_SHARE = 0.1
_CHANGES_TOLD = 20
_NO_FIGURE = str.maketrans("", "", "#-|.")
# A text of one sentence over and over is nobody's report: then only some of its places are tried.
_MOST_PAIRS, _MOST_PLACES = 200_000, 8


def nothing_in_common(text: Text, other: Text) -> bool:
    """Whether two texts share next to no sentence, word for word or rewritten."""
    shared = set(text.hashes) & set(other.hashes)
    letters = sum(len(s) for s, hash_ in zip(text.letters, text.hashes, strict=True) if hash_ in shared)
    if letters >= IN_COMMON * max(min(text.chars, other.chars), 1):
        return False
    return likeness(couples(text.joined), couples(other.joined)) < ALIKE / 2


class Overlap:
    """What two texts have in common, and what sets them apart."""

    def __init__(self, text: Text, other: Text) -> None:
        self.text, self.other = text, other
        self.shared = shared = _shared(text, other)
        mine, others = {a for a, _ in shared}, {b for _, b in shared}
        self.rest = [i for i in range(len(text.letters)) if i not in mine]
        self.other_rest = [i for i in range(len(other.letters)) if i not in others]
        self.cut_head, self.cut_tail = self._cut_edges(shared)
        covered = sum(len(text.letters[a]) for a, _ in shared) + self.cut_head + self.cut_tail
        other_covered = sum(len(other.letters[b]) for _, b in shared) + self.cut_head + self.cut_tail
        self.coverage = min(1.0, covered / text.chars) if text.chars else 0.0
        self.other_coverage = min(1.0, other_covered / other.chars) if other.chars else 0.0
        before = sum(len(s) for s in other.letters[: shared[0][1]]) - self.cut_head if shared else 0
        self.starts_at = max(0, before) / other.chars if other.chars else 0.0
        self._leave_out_moved()
        rest = [text.letters[i] for i in self.rest]
        other_rest = [other.letters[i] for i in self.other_rest]
        self.masks = self._hidden(rest, other_rest)
        pairs = [] if self.masks else changed_sentences(rest, other_rest)
        if not self.masks:
            pairs += self._rewritten(rest, other_rest, pairs)
        self.changed = [(self.rest[a], self.other_rest[b]) for a, b in pairs]
        paired, other_paired = {a for a, _ in pairs}, {b for _, b in pairs}
        self.unpaired = [s for i, s in enumerate(rest) if i not in paired]
        other_unpaired = [s for i, s in enumerate(other_rest) if i not in other_paired]
        self.contradicted = [] if self.masks else contradicted(self.unpaired, other_unpaired)

    def _leave_out_moved(self) -> None:
        """Sentences that both have, in another order, changed neither words nor figures."""
        moved = Counter(self.text.hashes[i] for i in self.rest) & Counter(
            self.other.hashes[i] for i in self.other_rest
        )
        self.moved = moved.total()
        self.rest = _without(self.rest, self.text.hashes, moved)
        self.other_rest = _without(self.other_rest, self.other.hashes, moved)

    def _cut_edges(self, shared: list[tuple[int, int]]) -> tuple[int, int]:
        """Letters of the first and the last sentence that stand in the other's as a part of one: a cut goes
        through a sentence, and a title may have grown together with what follows."""
        text, other = self.text, self.other
        if not shared:
            if len(text.letters) == 1 and text.letters[0] in "".join(other.letters):
                return len(text.letters[0]), 0
            return 0, 0
        (first, other_first), (last, other_last) = shared[0], shared[-1]
        head = tail = 0
        if first > 0 and other_first > 0:
            head = _common_end(text.letters[first - 1], other.letters[other_first - 1])
        if last + 1 < len(text.letters) and other_last + 1 < len(other.letters):
            tail = _common_start(text.letters[last + 1], other.letters[other_last + 1])
        return head, tail

    def _rewritten(
        self, rest: Sequence[str], other_rest: Sequence[str], pairs: Sequence[tuple[int, int]]
    ) -> list[tuple[int, int]]:
        """Places of sentences with other words *and* other figures: between the same two shared sentences
        of both, alike, and each with a figure that the other lacks."""
        taken, other_taken = {a for a, _ in pairs}, {b for _, b in pairs}
        befores = [a for a, _ in self.shared], [b for _, b in self.shared]
        waiting: dict[int, list[int]] = {}
        for place, at in enumerate(self.other_rest):
            if place not in other_taken and says_how_much(self._other_words(at)):
                waiting.setdefault(bisect_right(befores[1], at), []).append(place)
        found: list[tuple[int, int]] = []
        allowance = _MOST_REWRITTEN
        for place, at in enumerate(self.rest):
            beside = waiting.get(bisect_right(befores[0], at), [])
            if place in taken or not beside or not says_how_much(self._own_words(at)):
                continue
            candidates = beside[:_MOST_BESIDE]
            allowance -= len(rest[place]) + sum(len(other_rest[b]) for b in candidates)
            if allowance < 0:
                break
            mine = couples(rest[place])
            like = {b: likeness(mine, couples(other_rest[b])) for b in candidates}
            best = max(like, key=lambda b: like[b])
            if like[best] >= ALIKE and other_figures(rest[place], other_rest[best]):
                found.append((place, best))
                beside.remove(best)
        return found

    def _own_words(self, at: int) -> str:
        """A sentence without what it has of one that a cut goes through."""
        return self._beside_cut(self.text, at, 0)

    def _other_words(self, at: int) -> str:
        return self._beside_cut(self.other, at, 1)

    def _beside_cut(self, text: Text, at: int, side: int) -> str:
        letters = text.letters[at]
        if self.shared and self.cut_tail and at == self.shared[-1][side] + 1:
            return letters[self.cut_tail :]
        if self.shared and self.cut_head and at == self.shared[0][side] - 1:
            return letters[: len(letters) - self.cut_head]
        return letters

    @staticmethod
    def _hidden(rest: Sequence[str], other_rest: Sequence[str]) -> int:
        """How many figures of the other stand here as X, as a mark that is no letter (□□), or not at all."""
        mine = {skeleton(s): count for s in rest if (count := masks_in(s))}
        if not mine:
            return _left_out(rest, other_rest)
        known: dict[str, int] = {}
        for sentence in other_rest:
            if (bones := skeleton(sentence)) in mine:
                known[bones] = min(known.get(bones, _FEW_MASKS * 99), masks_in(sentence))
        hidden = sum(max(0, count - known[bones]) for bones, count in mine.items() if bones in known)
        total = sum(mine.values())
        return hidden if hidden and hidden >= min(_FEW_MASKS, total) and hidden * 2 >= total else 0

    # --- questions ---------------------------------------------------------------------------

    @property
    def figures_differ(self) -> bool:
        return bool(self.changed or self.contradicted)

    def is_cut(self) -> bool:
        restated = sum(len(self.text.letters[a]) for a, _ in self.changed)
        known = self.coverage + (restated / self.text.chars if self.text.chars else 0.0)
        return known >= NEARLY_ALL and self.text.chars <= MUCH_SHORTER * self.other.chars

    def words_changed(self) -> float:
        """The share of other words in what is not the other's, beside sentences with other figures."""
        edges = self.cut_head + self.cut_tail
        others = sum(map(len, self.unpaired)) - edges
        return max(0, others) / self.text.chars if self.text.chars else 0.0

    def equal_but_for_edges(self) -> bool:
        """The same words from the first shared sentence to the last, and only lines around them."""
        if not self._is_one_run():
            return False
        (first, other_first), (last, other_last) = self.shared[0], self.shared[-1]
        return _only_lines(self.text, first, last, self.cut_head, self.cut_tail) and _only_lines(
            self.other, other_first, other_last, self.cut_head, self.cut_tail
        )

    def ends_in_mid_sentence(self) -> bool:
        """Is the last sentence the head of the other's next one? A site's line may have grown on to it."""
        last = len(self.text.letters) - 1
        if not self.shared or self.shared[-1][0] != last - 1 or not self.cut_tail:
            return False
        grown = self.text.letters[last][self.cut_tail :]
        if grown and (
            len(grown) > _MOST_AT_TAIL or len(grown) not in self.text.tails or says_how_much(grown)
        ):
            return False
        return self.cut_tail < len(self.other.letters[self.shared[-1][1] + 1])

    def is_one_block(self) -> bool:
        """All of it, but for lines at its edges, as it stands in the other: only the other's beginning or its
        end is missing."""
        if self.moved or self.changed or not self._is_one_run():
            return False
        first, last = self.shared[0][0], self.shared[-1][0]
        return _only_lines(self.text, first, last, self.cut_head, self.cut_tail)

    def are_ends_of_one(self) -> bool:
        """Does the one begin in the other and go on where that ends? One site cut off the end of a text, and
        another one its head."""
        if len(self.shared) < _FEWEST_AT_ENDS or self.moved:
            return False
        if max(self.coverage, self.other_coverage) >= NEARLY_ALL:
            return False
        if not self._is_one_run():
            return False
        (first, other_first), (last, other_last) = self.shared[0], self.shared[-1]
        text, other, head, tail = self.text, self.other, self.cut_head, self.cut_tail
        return (_ends_with(text, last, tail) and _begins_with(other, other_first, head)) or (
            _ends_with(other, other_last, tail) and _begins_with(text, first, head)
        )

    def _is_one_run(self) -> bool:
        """Do the shared sentences stand one behind the other in both texts, with nothing between them?"""
        if not self.shared:
            return False
        (first, other_first), (last, other_last) = self.shared[0], self.shared[-1]
        return last - first == other_last - other_first == len(self.shared) - 1

    def told_changes(self) -> list[Change]:
        changes = [Change(self.text.sentences[a], self.other.sentences[b]) for a, b in self.changed]
        changes += [Change(str(a), str(b)) for a, b in self.contradicted]
        return changes[:_CHANGES_TOLD]


def longest_run(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of pairs that rises in both places (patience sorting, n log n)."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, (_, at) in enumerate(pairs):
        pile = bisect_right(tails, at - 1)
        if pile == len(tails):
            tails.append(at)
            ends.append(index)
        else:
            tails[pile] = at
            ends[pile] = index
        before.append(ends[pile - 1] if pile else -1)
    chain = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _shared(text: Text, other: Text) -> list[tuple[int, int]]:
    """Places of the sentences that both have, in the order of both: as many as can be."""
    places: dict[int, list[int]] = {}
    for place, hash_ in enumerate(other.hashes):
        places.setdefault(hash_, []).append(place)
    pairs = []
    for place, hash_ in enumerate(text.hashes):
        if candidates := places.get(hash_):
            pairs.append((place, candidates))
    most = len(other.hashes) if sum(len(c) for _, c in pairs) <= _MOST_PAIRS else _MOST_PLACES
    return longest_run([(place, at) for place, candidates in pairs for at in reversed(candidates[:most])])


def _left_out(rest: Sequence[str], other_rest: Sequence[str]) -> int:
    """How many figures the other's sentences have beside the same words; 0 where they are few, or most of the
    sentences differ otherwise."""
    known: dict[str, int] = {}
    for sentence in other_rest:
        if count := len(figures_of(sentence)):
            known.setdefault(_words_of(sentence), count)
    if not known:
        return 0
    missing = [known[words] - len(figures_of(s)) for s in rest if (words := _words_of(s)) in known]
    masked = [count for count in missing if count > 0]
    return sum(masked) if len(masked) >= _FEW_MASKS and 2 * len(masked) >= len(rest) else 0


def _words_of(letters: str) -> str:
    return skeleton(letters).translate(_NO_FIGURE)


def _without(places: Sequence[int], hashes: Sequence[int], moved: Counter[int]) -> list[int]:
    left = Counter(moved)
    kept = []
    for place in places:
        if left[hashes[place]] > 0:
            left[hashes[place]] -= 1
        else:
            kept.append(place)
    return kept


def _only_lines(text: Text, first: int, last: int, cut_head: int, cut_tail: int) -> bool:
    """Is what stands before and after whole lines, short, and without a figure?"""
    head = "".join(text.letters[:first])
    head = head[: len(head) - cut_head] if cut_head else head
    tail = "".join(text.letters[last + 1 :])[cut_tail:]
    if len(head) > _MOST_AT_HEAD or len(tail) > _MOST_AT_TAIL:
        return False
    if len(head) + len(tail) > _EDGE_SHARE * text.chars:
        return False
    if (head and len(head) not in text.heads) or (tail and len(tail) not in text.tails):
        return False
    return not says_how_much(head) and not says_how_much(tail)


def _begins_with(text: Text, first: int, cut_head: int) -> bool:
    return _only_lines(text, first, len(text.letters) - 1, cut_head, 0)


def _ends_with(text: Text, last: int, cut_tail: int) -> bool:
    return _only_lines(text, 0, last, 0, cut_tail)


def _common_start(one: str, other: str) -> int:
    length = min(len(one), len(other))
    return next((i for i in range(length) if one[i] != other[i]), length)


def _common_end(one: str, other: str) -> int:
    return _common_start(one[::-1], other[::-1])
