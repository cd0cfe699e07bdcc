"""Two sets of figures compared: which stand, which changed, which came, which went. Pure.

What is told of it is changes.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from ingest.model import Figure


@dataclass(frozen=True, slots=True)
class Difference:
    """`previous` became `target`; a None says that it is new, or that it is gone."""

    target: Figure | None
    previous: Figure | None


def bound(figure: Figure) -> tuple[Hashable, ...]:
    """What a target promises: two with equal bounds say the same, in whatever words."""
    low, high = _rounded(figure.low), _rounded(figure.high)
    return (figure.comparator, low, high, figure.unit, figure.direction, figure.base)


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.10g}")


def _thing(figure: Figure) -> tuple[Hashable, ...]:
    """What a target is about. Outside the vocabulary only the label says so.

    年均增长7% to 2025 and 增长7% in 2025 are two promises; 下降2.5% that becomes 上升2.5% is one.
    """
    label = _squeezed(figure.label) if figure.indicator == "other" else ""
    return (figure.indicator, label, *_of(figure))


def _of(figure: Figure) -> tuple[Hashable, ...]:
    return (figure.measure, figure.year, figure.period, figure.owner)


def _squeezed(label: str) -> str:
    return "".join(label.split())


def distinct(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """Each promise once, in the order of the text: a report repeats its headline targets further down.

    Of two that say the same the headline one is kept, else the first.
    """
    best: dict[Hashable, Figure] = {}
    for figure in sorted(figures, key=lambda f: (not f.headline, f.start, f.end)):
        best.setdefault(_says(figure), figure)
    return tuple(sorted(best.values(), key=_place))


def _says(figure: Figure) -> Hashable:
    return (_thing(figure), bound(figure))


def without(figures: Iterable[Figure], said: Iterable[Figure]) -> tuple[Figure, ...]:
    """Those that promise something that is not said."""
    known = {_says(figure) for figure in said}
    return tuple(figure for figure in figures if _says(figure) not in known)


def repeats(figures: Iterable[tuple[int, int, Figure]]) -> list[int]:
    """Of figures of several texts, in the order of the texts, each as (id, text, figure): the ids of those
    that count in another text that says them, too: where they are headline, else where they stand first."""
    in_order = sorted(figures, key=lambda one: not one[2].headline)
    counts: dict[Hashable, int] = {}
    for _, text, figure in in_order:
        counts.setdefault(_says(figure), text)
    return [id_ for id_, text, figure in in_order if counts[_says(figure)] != text]


def _place(figure: Figure) -> tuple[int, int, str, str]:
    return (figure.start, figure.end, figure.indicator, figure.label)


def differences(before: Iterable[Figure], after: Iterable[Figure]) -> tuple[Difference, ...]:
    """What differs, in the order of the new text; what is gone comes last.

    Targets are matched by indicator (label if it is "other"), measure, year, period and owner; several about
    one thing by their bound, then by nearness. One outside the vocabulary that only got another label is the
    same.
    """
    old, new = _grouped(before), _grouped(after)
    changed: list[Difference] = []
    came: list[Figure] = []
    went: list[Figure] = []
    for thing in dict.fromkeys([*old, *new]):
        stand = {bound(f) for f in old[thing]} & {bound(f) for f in new[thing]}
        left = [f for f in old[thing] if bound(f) not in stand]
        right = [f for f in new[thing] if bound(f) not in stand]
        pairs = _nearest(left, right)
        changed += [Difference(target=b, previous=a) for a, b in pairs]
        went += [f for f in left if all(f is not a for a, _ in pairs)]
        came += [f for f in right if all(f is not b for _, b in pairs)]
    renamed = {_nameless(f) for f in went if f.indicator == "other"}
    renamed &= {_nameless(f) for f in came if f.indicator == "other"}
    changed += [Difference(f, None) for f in came if _nameless(f) not in renamed]
    changed.sort(key=lambda d: _place(d.target) if d.target else (0, 0, "", ""))
    went.sort(key=_place)
    return (*changed, *(Difference(None, f) for f in went if _nameless(f) not in renamed))


def _grouped(figures: Iterable[Figure]) -> defaultdict[Hashable, list[Figure]]:
    groups: defaultdict[Hashable, list[Figure]] = defaultdict(list)
    for figure in distinct(figures):
        groups[_thing(figure)].append(figure)
    return groups


def _nameless(figure: Figure) -> Hashable:
    if figure.indicator != "other":
        return _thing(figure)
    return ("other", *_of(figure), bound(figure))


def _nearest(left: Sequence[Figure], right: Sequence[Figure]) -> list[tuple[Figure, Figure]]:
    """Pair them off, the nearest first; whoever is left over stays alone."""
    order = sorted(
        ((_distance(a, b), b.start, a.start, i, j) for i, a in enumerate(left) for j, b in enumerate(right))
    )
    pairs: list[tuple[Figure, Figure]] = []
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    for *_, i, j in order:
        if i not in taken_left and j not in taken_right:
            taken_left.add(i)
            taken_right.add(j)
            pairs.append((left[i], right[j]))
    return pairs


def _distance(a: Figure, b: Figure) -> tuple[bool, bool, float, bool]:
    """Another unit is farther than a missing number, that farther than any number, that than other words."""
    x, y = _middle(a), _middle(b)
    apart = abs(x - y) / max(abs(x), abs(y), 1e-9) if x is not None and y is not None else 0.0
    return (a.unit != b.unit, x is None or y is None, apart, a.comparator != b.comparator)


def _middle(figure: Figure) -> float | None:
    ends = [value for value in (figure.low, figure.high) if value is not None]
    return sum(ends) / len(ends) if ends else None
