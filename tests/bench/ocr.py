"""`make bench-ocr`: how well are scans read by the engine of this machine?

    python -m tests.bench.ocr [--misses N]

The reports of the demo, drawn as scans of several sizes of print, grains and angles, are read by OCR and held
against their texts. docs/ocr.md says how to read the table.
"""

from __future__ import annotations

import argparse
import re
import resource
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

import ingest.demo
from ingest.model import Extraction, Figure, Kind, Recognised
from ingest.ocr.recognise import recognise
from ingest.ocr.tesseract import engine
from tests.support.scanned import scanned_pdf
from workers.scanned_figures import doubted
from workers.targets.extract import extract

TEXTS = Path(ingest.demo.__file__).parent / "texts"
REPORTS = ("tongliang-work", "rongchang-work", "yongchuan-work", "tongliang-plan")
SCANS = (
    {"points": 16, "grain": 3, "askew": 0.3},
    {"points": 16, "grain": 6, "askew": -0.5},
    {"points": 14, "grain": 6, "askew": 0.3},
    {"points": 12, "grain": 5, "askew": 0.4},
    {"points": 15, "grain": 8, "askew": 0.7},
    {"points": 18, "grain": 5, "askew": -0.3},
)
_BLANK = re.compile(r"\s")

Key = tuple[object, ...]


@dataclass(slots=True)
class Measured:
    """Of scans of one sort: letters and figures with a number, and what of them is wrong."""

    letters: int = 0
    wrong_letters: int = 0
    both: int = 0
    lost: int = 0
    added: int = 0
    unflagged: int = 0  # read from a scan, and not said to be, or headline
    pages: int = 0
    seconds: float = 0.0
    misses: list[str] = field(default_factory=list)

    def __add__(self, other: Measured) -> Measured:
        pairs = ((getattr(self, name), getattr(other, name)) for name in self.__slots__)
        return Measured(*(one + another for one, another in pairs))

    def row(self, name: str) -> str:
        return (
            f"| {name} | {100 * self.wrong_letters / self.letters:.2f} % | {self.both + self.lost} "
            f"| {self.both / (self.both + self.lost):.3f} | {self.both / (self.both + self.added):.3f} "
            f"| {self.unflagged} | {self.seconds / self.pages:.1f} s |"
        )


def numeric(extraction: Extraction) -> list[tuple[Key, Figure]]:
    """The figures that have a number, and what is said by each."""
    return [
        ((role, f.indicator, f.measure, f.comparator, f.low, f.high, f.unit, f.year), f)
        for role, figures in (("target", extraction.targets), ("outcome", extraction.outcomes))
        for f in figures
        if f.low is not None or f.high is not None
    ]


def wrong_letters(typed: str, seen: str) -> int:
    return sum(
        max(end - start, seen_end - seen_start)
        for what, start, end, seen_start, seen_end in SequenceMatcher(
            None, typed, seen, autojunk=False
        ).get_opcodes()
        if what != "equal"
    )


def bare(text: str) -> str:
    """Without blanks; a full-width comma and a narrow one are one."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", text))


def processor_time() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(name: str, seen_by: str, scan: dict[str, float]) -> Measured:
    text = (TEXTS / f"{name}.txt").read_text(encoding="utf-8").replace("{investment}", "8%以上")
    lines = [line for line in text.split("\n") if line.strip()]
    before = processor_time()
    scanned = recognise(scanned_pdf(lines, **scan), f"{name}.pdf", seen_by)
    used = processor_time() - before
    body = "\n".join(scanned.paragraphs)
    kind = Kind.PLAN_REPORT if name.endswith("plan") else Kind.WORK_REPORT
    typed = numeric(extract("\n".join(lines), year=2026, kind=kind))
    read = numeric(
        doubted(extract(body, year=2026, kind=kind), Recognised(seen_by, scanned.confidence_of(body)))
    )
    there, found = Counter(key for key, _ in typed), Counter(key for key, _ in read)
    added = found - there
    letters = bare("".join(lines))
    return Measured(
        letters=len(letters),
        wrong_letters=wrong_letters(letters, bare(body)),
        both=(there & found).total(),
        lost=(there - found).total(),
        added=added.total(),
        unflagged=sum("ocr" not in f.flags or f.headline for _, f in read),
        pages=len(scanned.pages),
        seconds=used,
        misses=[f"{name} {scan}: {f.quote} ({f.confidence})" for key, f in read if key in added],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--misses", type=int, default=0, help="how many figures that were misread to print")
    args = parser.parse_args()
    seen_by = engine()
    print(
        f"{seen_by}\n\n| print, grain, angle | letters wrong | figures | recall | precision | unsaid | CPU |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|")
    whole = Measured()
    for scan in SCANS:
        of_scan = sum((measure(name, seen_by, scan) for name in REPORTS), Measured())
        whole += of_scan
        print(of_scan.row(f"{scan['points']} pt, {scan['grain']}, {scan['askew']}°"), flush=True)
    print(whole.row("all"))
    print(*whole.misses[: args.misses], sep="\n")


if __name__ == "__main__":
    main()
