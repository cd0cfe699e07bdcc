"""A text as its sentences: the content hash of all, and 64 bits for each to find containment by. Pure.

Which stored texts share such hashes is store/fingerprints.py; what the sharing means is relate.py.
"""

from __future__ import annotations

import functools
import hashlib
import re
import sys
from array import array
from collections.abc import Collection
from dataclasses import dataclass

from ingest.identity.noise import without_noise
from ingest.identity.normal import letters_of, normal_form
from ingest.identity.script import simplified

_SENTENCE_END = re.compile(r"(?<=[。;!?])")
FORM = 2
"""The number of the form that content_hash is taken over. Whoever changes what normal_form, without_noise or
text_of give for a real text adds one, and a migration that takes the fingerprints anew: docs/copies.md."""

LEAST_LETTERS = 8
"""Shorter sentences (各位代表!) are in every report: they say nothing of which one it is."""
_RUN_TOGETHER = re.compile(r"(?<=\d)\n(?=\d)")
_REPEATED = 0.3  # of the sentences, before a text is taken for one that stands on its page twice
_EDGE_LINES = 12


@dataclass(frozen=True, slots=True)
class Text:
    """A body as it is compared: sentences in normal form, the letters of each, their hashes.

    `heads` and `tails`: how many letters the first, the first two … lines hold (from the end likewise).
    """

    sentences: tuple[str, ...]
    letters: tuple[str, ...]
    hashes: tuple[int, ...]
    heads: frozenset[int] = frozenset()
    tails: frozenset[int] = frozenset()

    @property
    def joined(self) -> str:
        """All letters; a figure at the end of a sentence does not run into one at the head of the next."""
        return _RUN_TOGETHER.sub("|", "\n".join(self.letters)).replace("\n", "")

    @property
    def chars(self) -> int:
        """Letters in all."""
        return sum(map(len, self.letters))


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What the store keeps of a text: the hashes of its sentences worth telling apart, each once, in order,
    and how many letters each stands for."""

    hashes: tuple[int, ...]
    weights: tuple[int, ...]

    @property
    def weight(self) -> int:
        return sum(self.weights)

    def covered_by(self, other: Collection[int], common: Collection[int] = ()) -> float:
        """The share of these letters whose sentences `other` holds; `common` ones count for neither."""
        total = found = 0
        for hash_, weight in zip(self.hashes, self.weights, strict=True):
            if hash_ not in common:
                total += weight
                found += weight if hash_ in other else 0
        return found / total if total else 0.0

    def pack(self) -> tuple[bytes, bytes]:
        """Eight bytes a hash, two a weight, little end first."""
        hashes, weights = array("q", self.hashes), array("H", self.weights)
        return _little(hashes).tobytes(), _little(weights).tobytes()

    @classmethod
    def unpack(cls, hashes: bytes, weights: bytes) -> Fingerprint:
        packed_hashes, packed_weights = array("q"), array("H")
        packed_hashes.frombytes(hashes)
        packed_weights.frombytes(weights)
        return cls(tuple(_little(packed_hashes)), tuple(_little(packed_weights)))


def _little(values: array[int]) -> array[int]:
    if sys.byteorder == "big":
        values.byteswap()
    return values


def sentence_hash(letters: str) -> int:
    """64 bits, signed, as a database's BIGINT has them."""
    return int.from_bytes(hashlib.blake2b(letters.encode(), digest_size=8).digest(), "big", signed=True)


def content_hash(body: str) -> str:
    """`"sha256:" + hex` over the letters of a text in form `FORM`: the identity of a version."""
    return "sha256:" + hashlib.sha256(text_of(body).joined.encode()).hexdigest()


@functools.lru_cache(maxsize=8)
def text_of(body: str) -> Text:
    """Cut a body into its sentences. A text that stands on its page twice is taken once."""
    clean = simplified(without_noise(body))
    sentences, letters = [], []
    for sentence in _SENTENCE_END.split(normal_form(clean)):
        if bare := letters_of(sentence):
            sentences.append(sentence)
            letters.append(bare)
    keep = _first_time(letters)
    lines = clean.split("\n")
    return Text(
        tuple(sentences[i] for i in keep),
        tuple(letters[i] for i in keep),
        tuple(sentence_hash(letters[i]) for i in keep),
        _running(lines[:_EDGE_LINES]),
        _running(lines[: -_EDGE_LINES - 1 : -1]),
    )


def _running(lines: list[str]) -> frozenset[int]:
    ends, total = set(), 0
    for line in lines:
        total += len(letters_of(normal_form(line)))
        ends.add(total)
    return frozenset(ends)


def _first_time(letters: list[str]) -> list[int]:
    """The places to keep: all, unless many different sentences come again."""
    seen: set[str] = set()
    again: set[str] = set()
    first = []
    for place, sentence in enumerate(letters):
        if sentence in seen and len(sentence) >= LEAST_LETTERS:
            again.add(sentence)
        else:
            seen.add(sentence)
            first.append(place)
    return first if len(again) >= _REPEATED * len(letters) else list(range(len(letters)))


def fingerprint_of(text: Text) -> Fingerprint:
    """The fingerprint of a text; of a short text without long sentences, all of them."""
    weights = {h: min(len(s), 0xFFFF) for h, s in zip(text.hashes, text.letters, strict=True)}
    told = {h: w for h, w in weights.items() if w >= LEAST_LETTERS} or weights
    return Fingerprint(tuple(told), tuple(told.values()))
