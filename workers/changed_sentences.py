"""Which sentences changed from one text of a report to the other, as an event carries them. Pure.

The comparison is ingest/compare/difference.py; when it is told, changes.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ingest.compare.difference import Change, ChangeKind, difference
from ingest.compare.highlights import Mark, excerpt
from ingest.model import Version
from ingest.text.normal import letters_of, normal_form

SENTENCES_IN_EVENT = 10
CHARACTERS_OF_SENTENCE = 200
_MARKS_OF_SENTENCE = 20


def changed_sentences(
    before: Version,
    after: Version,
    quotes: Sequence[str] = (),
    *,
    before_partial: bool = False,
) -> dict[str, Any]:
    """`{"sentences": [{"change", "before", "after"} …], "sentences_total"}`: at most 10, in the order of the
    text; those that hold a figure of `quotes` go before others with figures, and these before the rest.

    Each side is {"text", "marks": [{"start", "end", "figure"} …]} or None. What a text that was cut off had
    lacked (`before_partial`) is not told as a change.
    """
    changed = [c for c in difference(before.body, after.body) if not (before_partial and _lacked(c))]
    asked = [letters for quote in quotes if (letters := letters_of(normal_form(quote)))]

    def weight(place: int) -> tuple[bool, bool, int]:
        change = changed[place]
        sides = (
            [letters_of(normal_form(side)) for side in (change.before, change.after)]
            if change.figures
            else []
        )
        holds = any(letters in side for side in sides for letters in asked)
        return not holds, not change.figures, place

    chosen = sorted(sorted(range(len(changed)), key=weight)[:SENTENCES_IN_EVENT])
    return {"sentences": [_change_data(changed[place]) for place in chosen], "sentences_total": len(changed)}


def _lacked(change: Change) -> bool:
    """Is this only where the text before was cut off?"""
    if change.kind is ChangeKind.CHANGED:
        return letters_of(normal_form(change.before)) in letters_of(normal_form(change.after))
    return change.kind is ChangeKind.ADDED


def _change_data(change: Change) -> dict[str, Any]:
    return {
        "change": change.kind.value,
        "before": _side(change.before, change.before_marks),
        "after": _side(change.after, change.after_marks),
    }


def _side(sentence: str, marks: Sequence[Mark]) -> dict[str, Any] | None:
    if not sentence:
        return None
    text, placed = excerpt(sentence, marks, CHARACTERS_OF_SENTENCE)
    return {
        "text": text,
        "marks": [{"start": m.start, "end": m.end, "figure": m.figure} for m in placed[:_MARKS_OF_SENTENCE]],
    }
