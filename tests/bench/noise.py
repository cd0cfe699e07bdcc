"""`make bench-noise`: are the same figures read in a noisy copy as in the clean text?

    python -m tests.bench.noise [--reports FOLDER] [--misses N]

Every kind of noise of tests/support/copies.py and noises.py is put on every report of the folder.
docs/benchmark.md says how to read the table.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import ParseError
from ingest.model import Extraction, Figure, Identity
from ingest.reading import ReadingHints, read_document
from tests.support import noises
from workers.targets.extract import extract

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "reports"

Key = tuple[object, ...]


@dataclass(slots=True)
class Agreement:
    """How many figures are in both, in the noisy copy only, in the clean text only."""

    both: int = 0
    added: int = 0
    lost: int = 0
    others: list[str] = field(default_factory=list)

    def add(self, clean: Counter[Key], noisy: Counter[Key], name: str) -> None:
        self.both += (clean & noisy).total()
        self.added += (noisy - clean).total()
        self.lost += (clean - noisy).total()
        self.others += [f"+ {name} {key}" for key in noisy - clean]
        self.others += [f"- {name} {key}" for key in clean - noisy]

    @property
    def precision(self) -> float:
        return self.both / max(1, self.both + self.added)

    @property
    def recall(self) -> float:
        return self.both / max(1, self.both + self.lost)


def figures(extraction: Extraction) -> Counter[Key]:
    """All that is said of each figure, but where it stands."""

    def key(role: str, f: Figure) -> Key:
        said = (f.indicator, f.label, f.measure, f.comparator, f.low, f.high, f.unit, f.year, f.resolve)
        return (role, *said, f.headline, f.flags)

    return Counter(
        [key("target", f) for f in extraction.targets] + [key("outcome", f) for f in extraction.outcomes]
    )


def read(body: str, who: Identity) -> Counter[Key]:
    return figures(extract(body, year=who.year, kind=who.kind, region=who.region))


def reports(folder: Path) -> Iterator[tuple[Path, str, Identity]]:
    """The file, the text in it, and which report it is."""
    for path in sorted(folder.glob("*.txt")):
        reading = read_document(path.read_bytes(), str(path), ReadingHints(least=0))
        yield path, reading.article.body, reading.identity


def measure(folder: Path, misses: int) -> None:
    known = [(path, body, who, read(body, who)) for path, body, who in reports(folder)]
    sys.stdout.write(f"{len(known)} reports, {sum(k.total() for *_, k in known)} figures\n")
    sys.stdout.write(f"{'noise':<20}{'precision':>10}{'recall':>8}{'by file':>10}{'':>8}{'ms':>7}\n")
    for noise in noises.EVERY:
        alone, whole = Agreement(), Agreement()
        taken = 0.0
        for number, (path, body, who, clean) in enumerate(known):
            printed = noise(body, random.Random(number))
            began = time.process_time()
            found = read(printed, who)
            taken += time.process_time() - began
            alone.add(clean, found, path.name)
            saved = noise(path.read_text(encoding="utf-8"), random.Random(number))
            whole.add(clean, by_file(saved, path.name), path.name)
        sys.stdout.write(
            f"{noise.__name__:<20}{alone.precision:>10.4f}{alone.recall:>8.4f}{whole.precision:>10.4f}"
            f"{whole.recall:>8.4f}{taken / max(1, len(known)) * 1000:>7.1f}\n"
        )
        for line in alone.others[:misses]:
            sys.stdout.write(f"    {line}\n")
        sys.stdout.flush()


def by_file(printed: str, name: str) -> Counter[Key]:
    """As `gongbao extract FILE`: kind, year and region are found in the noisy copy, too."""
    try:
        reading = read_document(printed.encode(), name, ReadingHints(least=0))
    except ParseError:
        return Counter()
    return read(reading.article.body, reading.identity)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-noise", description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=Path, default=SHARED, help="a folder of .txt files")
    parser.add_argument("--misses", type=int, default=0, help="print so many differences of each kind")
    arguments = parser.parse_args()
    if not arguments.reports.is_dir():
        sys.exit(f"bench-noise: {arguments.reports} is no folder; name one with --reports")
    measure(arguments.reports, arguments.misses)


if __name__ == "__main__":
    main()
