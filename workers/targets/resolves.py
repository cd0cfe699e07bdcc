"""力争 and 确保: which figures of a sentence they govern. Pure.

At the head of a list (力争地区生产总值增长6%，投资增长5%) the word governs all of it and is part of no quote;
inside one clause it governs that clause.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from ingest.model import Resolve
from workers.targets.candidates import Found


@dataclass(slots=True)
class Clause:
    """What is known from one separator to the next."""

    start: int
    resolve: Resolve | None = None
    resolve_end: int = 0  # where a 力争 at the head of the clause ends, else 0
    leading: bool = True  # nothing but words of time so far
    found: int = 0


class Resolves:
    """Hands a 力争 on from clause to clause until the list ends."""

    def __init__(self, start: int) -> None:
        self.clause = Clause(start)
        self.carried: Resolve | None = None
        self._scope: int | None = None  # the first figure under the carried word
        self._scope_end = 0

    def say(self, resolve: Resolve, end: int) -> None:
        """The clause says 力争, in words that end at `end`."""
        self.clause.resolve = resolve
        self.clause.resolve_end = end if self.clause.leading else 0
        self.carried = None

    @property
    def current(self) -> Resolve | None:
        return self.clause.resolve or self.carried

    def next_clause(self, start: int, figures: int, *, stop: bool) -> None:
        """A separator (`stop`: it ends the list) behind the first `figures` figures of the sentence."""
        last = self.clause
        if not last.found:
            self.carried, self._scope = None, None
        elif last.resolve is not None and last.resolve_end:
            self.carried, self._scope = last.resolve, figures - last.found
            self._scope_end = last.resolve_end
        self.clause = Clause(start)
        if stop:
            self.carried = None

    def count(self, figures: list[Found]) -> None:
        """A figure was added to `figures`; the first inherited one shows that the word governs a list."""
        inherited = self.clause.resolve is None and self.carried is not None
        self.clause.found += 1
        if not inherited or self._scope is None:
            return
        head = figures[self._scope].start
        for number in range(self._scope, len(figures)):
            if figures[number].start != head:
                break
            figures[number] = replace(figures[number], start=max(head, self._scope_end))
        self._scope = None
