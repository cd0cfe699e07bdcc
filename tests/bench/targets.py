"""`make bench-targets`: the targets read out of a folder of reports, beside a table of known ones.

    python -m tests.bench.targets [--reports FOLDER] [--truth CSV] [--role ROLE] [--misses N]

    ROLE: targets, outcomes, meaning (targets, with all that the figure is)

docs/benchmark.md says what is counted, and how to measure on reports of your own.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.errors import ParseError
from ingest.model import Figure
from ingest.reading import ReadingHints, read_document
from workers.targets.extract import extract

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
BOUNDS = {
    "exact": "exact",
    "about": "about",
    "at_least": "min",
    "more_than": "min",
    "at_most": "max",
    "less_than": "max",
    "range": "range",
}
FIGURELESS = ("fulfil", "in_step_with", "faster_than", "positive", "flat", "same_as")
_WAYS = {
    "growth": "up",
    "decrease": "down",
    "increase": "up",
}  # direction, where a table has the measure only
READABLE = frozenset({".txt", ".html", ".htm"})

Key = tuple[Any, ...]


@dataclass(slots=True)
class Count:
    """How many were found rightly, found wrongly, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def as_json(self) -> dict[str, float]:
        return {
            "right": self.right,
            "wrong": self.wrong,
            "missed": self.missed,
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
        }


@dataclass(slots=True)
class Score:
    """Counts by group, indicator and comparator, and what went wrong: (what, file, key, sentence)."""

    groups: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    indicators: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    comparators: dict[str, Count] = field(default_factory=lambda: defaultdict(Count))
    errors: list[tuple[str, str, Key, str]] = field(default_factory=list)
    documents: int = 0

    def add(self, what: str, file: str, key: Key, sentence: str) -> None:
        group = "figureless" if key[1] in FIGURELESS else "numeric"
        for count in (self.groups[group], self.indicators[key[0]], self.comparators[key[1]]):
            setattr(count, what, getattr(count, what) + 1)
        if what != "right":
            self.errors.append((what, file, key, sentence))


def rounded(value: str | float | None) -> float | None:
    return None if value in ("", None) else round(float(value), 6)


def key_of(
    indicator: str, comparator: str, low: float | None, high: float | None, year: object = None
) -> Key | None:
    """What must agree; None for what is not counted (`other`, words without a bound)."""
    if indicator == "other":
        return None
    if comparator in FIGURELESS:
        return (indicator, comparator, None, None, year)
    bound = BOUNDS.get(comparator)
    if bound is None:
        return None
    return (indicator, bound, None if bound == "max" else low, None if bound == "min" else high, year)


def meaning_of(key: Key, unit: object, period: str, direction: object, headline: bool) -> Key:
    """With all that a figure means; of one without a number, when it is for and whether it is headline."""
    numeric = key[1] not in FIGURELESS
    return (
        *key,
        f"unit={unit or None}" if numeric else None,
        f"period={period}",
        f"direction={direction or None}" if numeric else None,
        f"headline={headline}",
    )


def known_figures(path: Path, role: str) -> dict[str, dict[Key, str]]:
    """File -> key -> quote, from a CSV with the columns that docs/benchmark.md names."""
    known: dict[str, dict[Key, str]] = defaultdict(dict)
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            year = int(line["year"]) if role != "targets" else None
            low, high = rounded(line["low"]), rounded(line["high"])
            key = key_of(line["indicator"], line["comparator"], low, high, year)
            if key is not None and role == "meaning":
                direction = line.get("direction") or _WAYS.get(line.get("measure", ""))
                headline = line.get("headline", "true") != "false"
                key = meaning_of(key, line.get("unit"), line.get("period") or "year", direction, headline)
            if key is not None:
                known[line["file"]].setdefault(key, line.get("quote", ""))
    return known


def found_figures(path: Path, role: str) -> dict[Key, str]:
    """What gongbao reads in one file: its headline targets (`targets`: of the year), or its outcomes."""
    reading = read_document(path.read_bytes(), str(path), ReadingHints(least=0))
    who = reading.identity
    extraction = extract(reading.article.body, year=who.year, kind=who.kind, region=who.region)
    figures: Iterable[Figure] = (
        extraction.outcomes
        if role == "outcomes"
        else (f for f in extraction.targets if f.headline and (role == "meaning" or f.year == who.year))
    )
    found: dict[Key, str] = {}
    for f in figures:
        year = f.year if role != "targets" else None
        key = key_of(f.indicator, f.comparator.value, rounded(f.low), rounded(f.high), year)
        if key is not None and role == "meaning":
            key = meaning_of(key, f.unit, f.period.value, f.direction and f.direction.value, f.headline)
        if key is not None:
            found.setdefault(key, f.sentence or f.quote)
    return found


def score(reports: Path, truth: Path, role: str) -> Score:
    """Every readable file of the folder; with outcomes only those that the table names."""
    known = known_figures(truth, role)
    result = Score()
    files = sorted(f for f in reports.iterdir() if f.suffix.lower() in READABLE)
    missing = sorted(set(known) - {f.name for f in files})
    if missing:
        sys.stderr.write(
            f"bench-targets: {len(missing)} files of the table are not in {reports}: {missing[:3]} …\n"
        )
    for file in files:
        if role == "outcomes" and file.name not in known:
            continue
        try:
            found = found_figures(file, role)
        except ParseError as exc:
            sys.stderr.write(f"bench-targets: {exc}\n")
            found = {}
        result.documents += 1
        theirs = known.get(file.name, {})
        for key in sorted(found.keys() | theirs.keys(), key=str):
            if key in found and key in theirs:
                result.add("right", file.name, key, found[key])
            elif key in found:
                result.add("wrong", file.name, key, found[key])
            else:
                result.add("missed", file.name, key, theirs[key])
    return result


# --- saying it -------------------------------------------------------------------------------


def as_text(result: Score, misses: int) -> str:
    lines = [f"{result.documents} documents"]
    for title, counts in (
        ("", result.groups),
        ("by comparator", result.comparators),
        ("by indicator", result.indicators),
    ):
        lines += [
            "",
            f"{title:<26}{'precision':>10}{'recall':>8}{'F1':>8}{'right':>7}{'wrong':>7}{'missed':>8}",
        ]
        lines += [_line(name, count) for name, count in _ordered(counts)]
    for what in ("missed", "wrong"):
        errors = [error for error in result.errors if error[0] == what]
        if errors[:misses]:
            lines += ["", f"{what} ({len(errors)}):"]
        lines += [
            f"  {file}  {_named(key)}\n    {' '.join(text.split())}" for _, file, key, text in errors[:misses]
        ]
    return "\n".join(lines)


def _ordered(counts: Mapping[str, Count]) -> Sequence[tuple[str, Count]]:
    return sorted(counts.items(), key=lambda item: (-(item[1].right + item[1].missed), item[0]))


def _line(name: str, count: Count) -> str:
    return (
        f"{name:<26}{count.precision:>10.3f}{count.recall:>8.3f}{count.f1:>8.3f}"
        f"{count.right:>7}{count.wrong:>7}{count.missed:>8}"
    )


def _named(key: Key) -> str:
    return " ".join(f"{part:g}" if isinstance(part, float) else str(part) for part in key if part is not None)


def as_json(result: Score) -> str:
    tables = {"groups": result.groups, "comparators": result.comparators, "indicators": result.indicators}
    out: dict[str, Any] = {
        name: {key: count.as_json() for key, count in _ordered(counts)} for name, counts in tables.items()
    }
    errors = Counter(what for what, *_ in result.errors)
    return json.dumps({"documents": result.documents, **out, "errors": dict(errors)}, ensure_ascii=False)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench-targets", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--reports", type=Path, help="folder of reports (txt, html)")
    parser.add_argument("--truth", type=Path, help="CSV: file, indicator, comparator, low, high, quote")
    parser.add_argument("--role", choices=("targets", "outcomes", "meaning"), default="targets")
    parser.add_argument("--misses", type=int, default=40, metavar="N", help="how many errors to print")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    reports, truth = given.reports or SHARED / "reports", given.truth or SHARED / "targets.csv"
    if given.role == "outcomes" and given.truth is None:
        parser.error("--role outcomes needs a table of known outcomes: --truth CSV")
    for path, is_there in ((reports, reports.is_dir()), (truth, truth.is_file())):
        if not is_there:
            sys.stdout.write(
                f"bench-targets: skipped, {path} is not there; name your own with --reports and --truth\n"
            )
            return 0 if given.reports is None and given.truth is None else 2
    result = score(reports, truth, given.role)
    sys.stdout.write((as_json(result) if given.json else as_text(result, given.misses)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
