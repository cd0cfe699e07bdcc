"""How much two sentences have in common: the share of their neighbouring letters. Pure."""

from __future__ import annotations

import itertools
from collections import Counter

ALIKE = 0.5  # of the pairs of letters of two sentences, before one is taken for the other, changed
_LEAST_HELD = 6  # pairs of letters of a clause,
HELD = 0.7  # and the share of them that stands in a longer sentence


def couples(letters: str) -> Counter[str]:
    """Each pair of neighbouring letters, and how often it stands there."""
    return Counter(map("".join, itertools.pairwise(letters))) if len(letters) > 1 else Counter([letters])


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """0 to 1: the share of neighbouring letters that both have; at least ALIKE for a clause of the other."""
    both = in_both(one, other)
    least = min(one.total(), other.total())
    held = least >= _LEAST_HELD and both >= HELD * least
    alike = 2 * both / (one.total() + other.total())
    return max(alike, ALIKE) if held else alike


def in_both(one: Counter[str], other: Counter[str]) -> int:
    if len(other) < len(one):
        one, other = other, one
    return sum(min(count, other[couple]) for couple, count in one.items() if couple in other)
