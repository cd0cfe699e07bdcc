"""A text that was read from another one, and where each of its characters stands there. Pure.

What is left out or spelled otherwise on the way is noise.py, script.py and workers/targets/normalise.py.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, compress

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines of a body, as they are `printed`, and where in it each begins."""

    printed: Sequence[str]
    starts: Sequence[int]

    @classmethod
    def of(cls, body: str, edge: str) -> Lines:
        """Every line with something in it, without the blanks of `edge` around it."""
        raw = body.split("\n")
        lines = [line.strip(edge) for line in raw]
        starts = list(accumulate([len(line) + 1 for line in raw[:-1]], initial=0))
        if lines == raw and "" not in lines:
            return cls(lines, starts)
        return cls(
            [line for line in lines if line],
            [
                start + len(whole) - len(whole.lstrip(edge))
                for start, whole, line in zip(starts, raw, lines, strict=True)
                if line
            ],
        )

    @classmethod
    def at(cls, body: str, spans: Sequence[Span]) -> Lines:
        return cls([body[start:end] for start, end in spans], [start for start, _ in spans])

    def without(self, numbers: Collection[int]) -> Lines:
        kept = [number not in numbers for number in range(len(self.printed))]
        return Lines(list(compress(self.printed, kept)), list(compress(self.starts, kept)))

    def spans(self) -> list[Span]:
        return [(start, start + len(line)) for line, start in zip(self.printed, self.starts, strict=True)]


@dataclass(frozen=True, slots=True)
class Traced:
    """`text[starts[i]:starts[i + 1]]` stands in the body from `places[i]` on."""

    text: str
    starts: tuple[int, ...] = (0,)
    places: tuple[int, ...] = (0,)

    @classmethod
    def joined(cls, pieces: Iterable[tuple[str, int]]) -> Traced:
        """The pieces one after the other, each with its place in the body."""
        parts: list[str] = []
        starts: list[int] = []
        places: list[int] = []
        length = 0
        for piece, place in pieces:
            if piece:
                parts.append(piece)
                starts.append(length)
                places.append(place)
                length += len(piece)
        return cls("".join(parts), tuple(starts), tuple(places)) if parts else cls("")

    def place(self, index: int) -> int:
        """The place in the body of one character of `text`."""
        part = bisect_right(self.starts, index) - 1
        return self.places[part] + index - self.starts[part]

    def span(self, start: int, end: int) -> Span:
        """The half-open span of the body that `text[start:end]` was read from."""
        return self.place(start), self.place(end - 1) + 1

    def without(self, cuts: Iterable[Span]) -> Traced:
        """This text without some spans of it, in order and apart."""
        pieces: list[tuple[str, int]] = []
        at = 0
        for start, end in cuts:
            pieces += self._pieces(at, start)
            at = end
        if not at:
            return self
        return Traced.joined([*pieces, *self._pieces(at, len(self.text))])

    def spelled(self, text: str) -> Traced:
        """Another spelling of as many characters."""
        if len(text) != len(self.text):
            raise AssertionError(f"{len(self.text)} characters cannot be spelled in {len(text)}")
        return Traced(text, self.starts, self.places)

    def _pieces(self, start: int, end: int) -> Iterable[tuple[str, int]]:
        part = bisect_right(self.starts, start) - 1
        while start < end:
            stop = min(end, self.starts[part + 1]) if part + 1 < len(self.starts) else end
            yield self.text[start:stop], self.places[part] + start - self.starts[part]
            start, part = stop, part + 1
