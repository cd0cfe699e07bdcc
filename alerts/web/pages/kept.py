"""A record of promises kept: of the targets of a year that can be compared, how many were met. Pure.

Whether one was met is ingest/outcome.py. It counts what governments promised, and ranks nobody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.outcome import Verdict


@dataclass(frozen=True, slots=True)
class Kept:
    """A year: how many targets there are, how many can be compared, how many of those were met."""

    year: int
    targets: int
    comparable: int
    met: int

    @property
    def share(self) -> int | None:
        """Per cent; None where nothing can be compared."""
        return round(100 * self.met / self.comparable) if self.comparable else None


def record(judged: Iterable[tuple[int, Verdict]]) -> list[Kept]:
    """The latest year first. A year of which nothing could be compared yet is left out."""
    years: defaultdict[int, Counter[Verdict]] = defaultdict(Counter)
    for year, verdict in judged:
        years[year][verdict] += 1
    return [
        Kept(year, counted.total(), comparable, counted[Verdict.MET])
        for year, counted in sorted(years.items(), reverse=True)
        if (comparable := counted[Verdict.MET] + counted[Verdict.MISSED])
    ]
