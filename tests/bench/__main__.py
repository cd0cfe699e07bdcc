"""`make bench`: reading a page beside trafilatura and beside parsing alone; extraction by length of text.

Each figure is the median of several rounds over the same documents, all in one process; quote the ratios,
not the milliseconds. Documents: the project's own pages, made long, and the real texts of ../shared where
they are.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import trafilatura
from selectolax.lexbor import LexborHTMLParser

from ingest.demo.layouts import bracket_article
from ingest.demo.sites import text
from ingest.model import Kind
from ingest.page.parsed import parse_page
from ingest.page.reader import read_page
from ingest.reading import read_document
from workers.targets.extract import extract

ROUNDS = 7
SHARED = Path(__file__).resolve().parents[3] / "shared"


def median(work: Callable[[], object]) -> float:
    """Seconds of processor time, the median of the rounds, after one that is not counted."""
    work()
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return statistics.median(taken)


def long_page(times: int) -> str:
    body = "\n".join(text("tongliang-work") for _ in range(times))
    return bracket_article(
        "某区人民政府", "某区人民政府工作报告", "2026-02-03", "115/2026-1", "某区人民政府办公室", body
    )


def row(name: str, seconds: float, against: float | None = None) -> None:
    ratio = "" if against is None else f"{seconds / against:8.2f}"
    sys.stdout.write(f"{name:<46}{seconds * 1000:9.2f} ms{ratio}\n")


def reading() -> None:
    sys.stdout.write("reading a page                                       median    to parsing\n")
    for times in (1, 10, 40):
        html = long_page(times)
        parse = median(lambda html=html: LexborHTMLParser(html).css("p"))  # type: ignore[misc]
        row(f"  selectolax alone, {len(html) // 1000} kB", parse, parse)
        row(
            "  gongbao: title, header block, body",
            median(lambda html=html: read_page(parse_page(html, "http://a/"))),
            parse,
        )  # type: ignore[misc]
        row("  trafilatura: title, body", median(lambda html=html: trafilatura.extract(html)), parse)  # type: ignore[misc]


def extraction() -> None:
    sys.stdout.write("targets and outcomes                                 median    to the shortest\n")
    first = None
    for times in (1, 5, 10, 20, 40):
        body = "\n".join(text("tongliang-work") for _ in range(times))
        taken = median(lambda body=body: extract(body, year=2026, kind=Kind.WORK_REPORT))  # type: ignore[misc]
        first = first or taken
        row(f"  {len(body)} characters", taken, first)


def real(paths: Iterable[Path]) -> None:
    documents = [(path, path.read_bytes()) for path in paths]
    if not documents:
        sys.stdout.write("real reports: ../shared is not beside this checkout\n")
        return
    readings = [read_document(raw, str(path)) for path, raw in documents]
    chars = sum(len(r.article.body) for r in readings)
    sys.stdout.write(f"{len(documents)} real reports, {chars} characters\n")
    row("  read and identify", median(lambda: [read_document(raw, str(path)) for path, raw in documents]))
    row(
        "  extract",
        median(
            lambda: [extract(r.article.body, year=r.identity.year, kind=r.identity.kind) for r in readings]
        ),
    )


if __name__ == "__main__":
    reading()
    extraction()
    real(sorted((SHARED / "data" / "reports").glob("*.txt")))
