"""A text as its sentences: the content hash of all, and 64 bits for each to find containment by. Pure.

Which stored texts share such hashes is store/fingerprints.py; what the sharing means is relate.py.
"""

from __future__ import annotations

import functools
import hashlib
import re
import struct
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, compress

from ingest.model import Fingerprint, Reading
from ingest.text.noise import cut_noise
from ingest.text.normal import letters_of, letters_of_each, normal_form, of_each
from ingest.text.script import rare_chars, simplified

_ENDS = "。;!?"
FORM = 4
"""The number of the form that content_hash is taken over. Whoever changes what normal_form, cut_noise or
text_of give for a real text adds one, and a migration that takes the fingerprints anew: docs/copies.md."""

LEAST_LETTERS = 8
"""Shorter sentences (各位代表!) are in every report: they say nothing of which one it is."""
_RUN_TOGETHER = re.compile(r"\n(?<=\d\n)(?=\d)")
_REPEATED = 0.15  # of the sentences at one distance, before a text is taken to stand on its page twice
_EDGE_LINES = 12
_HEAVIEST = 0xFFFF


@dataclass(frozen=True, slots=True)
class Text:
    """A body as it is compared: sentences in normal form, the letters of each, their hashes.

    `first_lines` and `last_lines`: some lines at the head, and at the end from the last one back.
    `converted`: from traditional characters, of which not each comes back as it was (想像, 想象).
    """

    sentences: tuple[str, ...]
    letters: tuple[str, ...]
    hashes: tuple[int, ...]
    first_lines: tuple[str, ...] = ()
    last_lines: tuple[str, ...] = ()
    converted: bool = False

    @property
    def joined(self) -> str:
        """All letters; a figure at the end of a sentence does not run into one at the head of the next."""
        return _RUN_TOGETHER.sub("|", "\n".join(self.letters)).replace("\n", "")

    @property
    def chars(self) -> int:
        """Letters in all."""
        return sum(map(len, self.letters))

    @property
    def heads(self) -> frozenset[int]:
        """How many letters the first line holds, the first two …; asked of few texts."""
        return _running_lengths(self.first_lines)

    @property
    def tails(self) -> frozenset[int]:
        """How many letters the last line holds, the last two …"""
        return _running_lengths(self.last_lines)


def sentence_hash(letters: str) -> int:
    """64 bits, signed, as a database's BIGINT has them."""
    return _hashes([letters])[0]


def content_hash(body: str, *, recognised: bool = False) -> str:
    """`"sha256:" + hex` over the letters of a text in form `FORM`: the identity of a version. A text that OCR
    has `recognised` is never the same as one that was typed: its letters are a guess, however good."""
    letters = ("ocr\n" if recognised else "") + text_of(body).joined
    return "sha256:" + hashlib.sha256(letters.encode()).hexdigest()


@functools.lru_cache(maxsize=8)
def text_of(body: str) -> Text:
    """Cut a body into its sentences. A text that stands on its page twice is taken once."""
    plain = cut_noise(body).text
    clean = simplified(plain)
    cut = _sentences(normal_form(clean))
    bare = letters_of_each(cut, rare_chars(clean))
    if not all(bare):
        cut, bare = list(compress(cut, bare)), list(filter(None, bare))
    sentences, letters = _once(cut, bare)
    lines = clean.split("\n")
    return Text(
        tuple(sentences),
        tuple(letters),
        _hashes(letters),
        tuple(lines[:_EDGE_LINES]),
        tuple(lines[: -_EDGE_LINES - 1 : -1]),
        converted=clean != plain,
    )


def _sentences(normal: str) -> list[str]:
    """The sentences of a normal form, which has no line breaks of its own."""
    for end in _ENDS:
        normal = normal.replace(end, f"{end}\n")
    return normal.removesuffix("\n").split("\n")


def _hashes(letters: Sequence[str]) -> tuple[int, ...]:
    """`sentence_hash` of each."""
    blake2b = hashlib.blake2b
    digests = of_each(lambda some: [blake2b(one.encode(), digest_size=8).digest() for one in some], letters)
    return struct.unpack(f">{len(digests)}q", b"".join(digests))


def _running_lengths(lines: Iterable[str]) -> frozenset[int]:
    return frozenset(accumulate(len(letters_of(normal_form(line))) for line in lines))


def _once(sentences: list[str], letters: list[str]) -> tuple[list[str], list[str]]:
    """All of them, unless a good part of the text comes again at a constant distance: then without what
    comes again. What a report repeats by itself (各位代表!) stays."""
    if len(letters) - len(set(letters)) < _REPEATED * len(letters):
        return sentences, letters
    first: dict[str, int] = {}
    befores = map(first.setdefault, letters, range(len(letters)))
    distances = Counter(
        place - before
        for place, (before, length) in enumerate(zip(befores, map(len, letters), strict=True))
        if before != place and length >= LEAST_LETTERS
    )
    apart = [d for d, count in distances.items() if count >= _REPEATED * len(letters)]
    if not apart:
        return sentences, letters
    kept: list[tuple[str, str]] = []
    letters = list(letters)
    for place, (sentence, bare) in enumerate(zip(sentences, letters, strict=True)):
        if any(place >= d and letters[place - d] == bare for d in apart):
            continue
        if place and len(letters[0]) >= LEAST_LETTERS and bare.endswith(letters[0]):
            # The end of the first time has grown together with the head of the second.
            sentence, bare = sentence.removesuffix(sentences[0]), bare.removesuffix(letters[0])
            letters[place] = bare
        if bare:
            kept.append((sentence, bare))
    return [sentence for sentence, _ in kept], [bare for _, bare in kept]


def fingerprint_of(text: Text) -> Fingerprint:
    """The fingerprint of a text; of a short text without long sentences, all of them."""
    weights = dict(zip(text.hashes, map(len, text.letters), strict=True))
    told = {h: w for h, w in weights.items() if w >= LEAST_LETTERS} or weights
    return Fingerprint(tuple(told), tuple(w if w < _HEAVIEST else _HEAVIEST for w in told.values()))


def fingerprint_in(reading: Reading) -> Fingerprint:
    """The fingerprint of what was read, if need be taken now."""
    return reading.fingerprint or fingerprint_of(text_of(reading.article.body))
