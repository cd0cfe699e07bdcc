"""力争 and 确保: which figures of a sentence they govern. Pure.

At the head of a list (力争地区生产总值增长6%，投资增长5%) the word governs all of it and is part of no quote;
inside one clause it governs that clause.
"""

from __future__ import annotations

from ingest.model import Resolve
from workers.targets.candidates import Candidate
from workers.targets.clause import ClauseState, Cut, Will


def say(state: ClauseState, resolve: Resolve, end: int) -> None:
    """The clause says 力争, in words that end at `end`."""
    state.resolve = resolve
    state.resolve_end = end if state.leading else 0
    state.will = None


def current(state: ClauseState) -> Resolve | None:
    return state.resolve or (state.will.resolve if state.will else None)


def next_part(state: ClauseState, start: int, *, stop: bool) -> None:
    """A mark (`stop`: it ends the list), or 和 behind a complete predicate."""
    if not state.part_figures or stop:
        state.will = None
    elif state.resolve is not None and state.resolve_end and _opens_a_list(state):
        state.will = Will(state.resolve, state.number - state.part_figures, state.resolve_end)
    state.begin_part(start)


def _opens_a_list(state: ClauseState) -> bool:
    """力争|投资增长5%，…; not 出口增长5%，力争|突破100亿元，…, where it is said of what was named before."""
    return state.told[-state.part_figures].subject.start >= state.part_start


def count_figure(state: ClauseState) -> None:
    """A figure was told; the first one under an inherited word shows that the word governs a list."""
    state.part_figures += 1
    will = state.will
    if state.resolve is None and will is not None and will.first is not None:
        state.cuts.append(Cut(will.first, state.number - 1, will.end))
        state.will = will._replace(first=None)


def cut_quotes(candidates: list[Candidate], cut: Cut) -> None:
    """Let quotes begin behind the word that governs all of them."""
    head = candidates[cut.first].start
    for number in range(cut.first, cut.last + 1):
        if candidates[number].start != head:
            break
        candidates[number] = candidates[number]._replace(start=max(head, cut.end))
