"""Real reports beside the checkout: the five seeds exactly, the development data with a floor."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from ingest.model import Extraction, Figure, Kind, Region
from workers.targets.extract import extract

FLOOR = 0.98
KEYS = ("indicator", "measure", "comparator", "low", "high", "unit", "resolve")
BOUND = {"at_least": "min", "more_than": "min", "at_most": "max", "less_than": "max"}
NUMERIC = {"exact", "about", "min", "max", "range"}


def row(figure: Figure | dict[str, Any]) -> tuple[object, ...]:
    if isinstance(figure, Figure):
        return tuple(getattr(figure, key) for key in KEYS)
    return tuple(figure[key] for key in KEYS)


def read_seed(shared: Path, name: str, known: dict[str, Any]) -> Extraction:
    body = (shared / "seeds" / name).read_text(encoding="utf-8")
    region = Region(known["region"]["code"], known["region"]["name"], (), "500000")
    kind = Kind(known["kind"] or "other")
    return extract(body, year=known["year"], kind=kind, region=region)


def test_the_seeds_say_what_their_reviewed_truth_says(shared: Path) -> None:
    truth = json.loads((shared / "seeds" / "truth.json").read_text(encoding="utf-8"))
    assert len(truth) == 5
    for name, known in truth.items():
        extraction = read_seed(shared, name, known)
        headline = [(row(f), f.quote) for f in extraction.targets if f.headline]
        assert headline == [(row(t), t["quote"]) for t in known["headline_targets"]], name
        targets = {(row(f), f.quote) for f in extraction.targets}
        assert {(row(t), t["quote"]) for t in known.get("some_commitments", ())} <= targets, name
        outcomes = {(row(f), f.quote) for f in extraction.outcomes}
        assert {(row(t), t["quote"]) for t in known["outcomes"]} <= outcomes, name
        assert {f.year for f in extraction.outcomes} <= {known["year"] - 1}, name


def test_a_seed_cut_inside_its_first_part_has_not_one_target(shared: Path) -> None:
    truth = json.loads((shared / "seeds" / "truth.json").read_text(encoding="utf-8"))
    (name,) = [name for name in truth if name.startswith("003")]
    assert read_seed(shared, name, truth[name]).targets == ()


def scored(indicator: str, comparator: str, low: float | None, high: float | None) -> tuple[object, ...]:
    kind = BOUND.get(comparator, comparator)
    if kind not in NUMERIC:
        return indicator, kind, None, None
    return indicator, kind, None if kind == "max" else low, None if kind == "min" else high


def number(text: str) -> float | None:
    return round(float(text), 6) if text else None


def test_precision_and_recall_on_the_development_reports(shared: Path) -> None:
    known: dict[str, set[tuple[object, ...]]] = defaultdict(set)
    unnamed: dict[str, set[tuple[object, ...]]] = defaultdict(set)  # `other` is not counted, by whatever name
    with (shared / "data" / "targets.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            key = scored(line["indicator"], line["comparator"], number(line["low"]), number(line["high"]))
            if line["indicator"] == "other":
                unnamed[line["file"]].add(key[1:])
            elif line["comparator"] != "qualitative":
                known[line["file"]].add(key)
    hits = {True: 0, False: 0}
    wrong = {True: 0, False: 0}
    missed = {True: 0, False: 0}
    with (shared / "data" / "reports.csv").open(encoding="utf-8") as file:
        reports = [(line["file"], int(line["year"])) for line in csv.DictReader(file)]
    assert len(reports) > 90
    for name, year in reports:
        body = (shared / "data" / "reports" / name).read_text(encoding="utf-8")
        extraction = extract(body, year=year, kind=Kind.WORK_REPORT)
        found = {
            scored(f.indicator, f.comparator, f.low, f.high)
            for f in extraction.targets
            if f.headline and f.indicator != "other" and f.year == year
        }
        for numeric in (True, False):
            ours = {key for key in found if (key[1] in NUMERIC) is numeric}
            theirs = {key for key in known[name] if (key[1] in NUMERIC) is numeric}
            hits[numeric] += len(ours & theirs)
            wrong[numeric] += sum(key[1:] not in unnamed[name] or not numeric for key in ours - theirs)
            missed[numeric] += len(theirs - ours)
    precision = hits[True] / (hits[True] + wrong[True])
    recall = hits[True] / (hits[True] + missed[True])
    assert precision >= FLOOR, f"precision {precision:.4f}"
    assert recall >= FLOOR, f"recall {recall:.4f}"
    assert hits[False] / (hits[False] + missed[False]) >= 0.94
    assert hits[False] / (hits[False] + wrong[False]) >= 0.86


@pytest.mark.parametrize("limit", [60])
def test_a_long_report_is_read_quickly_enough_to_count(shared: Path, limit: int) -> None:
    """Words looked at per character stay bounded; measured time belongs to the benchmarks."""
    from workers.targets.lexicon import tokens
    from workers.targets.normalise import read

    body = (shared / "seeds" / "004_161c44b6b5891905.txt").read_text(encoding="utf-8")
    text = read(body).text
    assert len(tokens(text)) * 100 < len(text) * limit
