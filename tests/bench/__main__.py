"""`make bench`: reading a page beside trafilatura and beside parsing alone; extraction by length of text and
beside a pass for its numbers; the start of a command beside its imports.

Each figure is the median of several rounds over the same documents, all in one process; quote the ratios,
not the milliseconds. Documents: the project's own pages, made long, and the real texts of ../shared where
they are.
"""

from __future__ import annotations

import hashlib
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import trafilatura
from selectolax.lexbor import LexborHTMLParser

from ingest.compare.fingerprint import Fingerprint, fingerprint_of, text_of
from ingest.demo.layouts import bracket_article
from ingest.demo.sites import text
from ingest.errors import GongbaoError
from ingest.model import Kind
from ingest.page.charset import decode
from ingest.page.lines import lines_of, parse_html, strip_invisible
from ingest.page.parsed import parse_page
from ingest.page.reader import read_page
from ingest.reading import read_document
from ingest.text.clean import clean
from ingest.text.noise import cut_noise
from ingest.text.normal import normal_form
from ingest.text.script import rare_chars
from workers.targets.extract import extract

ROUNDS = 7
ROUNDS_OF_ONE = 21  # of one page, which takes a thousandth of a second
SHARED = Path(__file__).resolve().parents[3] / "shared"


def median(work: Callable[[], object]) -> float:
    """Seconds of processor time, the median of the rounds, after one that is not counted."""
    return medians(work)[0]


def medians(*works: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """The median of each, in rounds of all of them: what else the machine does falls on all alike."""
    taken: list[list[float]] = [[] for _ in works]
    for _ in range(rounds + 1):
        for work, each in zip(works, taken, strict=True):
            began = time.process_time()
            work()
            each.append(time.process_time() - began)
    return [statistics.median(each[1:]) for each in taken]


def long_page(times: int) -> str:
    body = "\n".join(text("tongliang-work") for _ in range(times))
    return bracket_article(
        "某区人民政府", "某区人民政府工作报告", "2026-02-03", "115/2026-1", "某区人民政府办公室", body
    )


def row(name: str, seconds: float, against: float | None = None) -> None:
    ratio = "" if against is None else f"{seconds / against:8.2f}"
    sys.stdout.write(f"{name:<46}{seconds * 1000:9.2f} ms{ratio}\n")


def fingerprint(html: str) -> Fingerprint:
    """A page's title, header block and body, the normal form of that, and its fingerprint: nothing of it is
    known from a round before."""
    for kept in (cut_noise, text_of, clean, rare_chars):
        kept.cache_clear()
    return fingerprint_of(text_of(read_page(parse_page(html, "http://a/")).body))


def parts(html: str) -> bytes:
    """The least that any reader of a page does: parse, take out what is never shown, serialise, cut into
    lines, fold, hash. Nothing is asked: what is the title, the header block, the text, noise or furniture."""
    rare_chars.cache_clear()
    tree = parse_html(html)
    strip_invisible(tree)
    lines = lines_of(tree.body.html if tree.body else None)
    return hashlib.sha256(normal_form("\n".join(lines)).encode()).digest()


def reading() -> None:
    sys.stdout.write("reading a page                                       median    to parsing\n")
    for times in (1, 10, 40):
        html = long_page(times)
        beside_peers(f"{len(html) // 1000} kB", [html])
    pages = list(real_pages())
    if pages:
        beside_peers(f"{len(pages)} real pages", pages)


def beside_peers(name: str, pages: Sequence[str]) -> None:
    parse, least_, ours, whole, peer = medians(
        lambda: [LexborHTMLParser(html).css("p") for html in pages],
        lambda: [parts(html) for html in pages],
        lambda: [read_page(parse_page(html, "http://a/")) for html in pages],
        lambda: [fingerprint(html) for html in pages],
        lambda: [trafilatura.extract(html) for html in pages],
        rounds=ROUNDS if len(pages) > 1 else ROUNDS_OF_ONE,
    )
    row(f"  selectolax alone, {name}", parse, parse)
    row("  its lines, folded and hashed, nothing asked", least_, parse)
    row("  gongbao: title, header block, body", ours, parse)
    row("  gongbao: the same, normal form, fingerprint", whole, parse)
    row("  trafilatura: title, body", peer, parse)
    sys.stdout.write(
        f"  trafilatura to gongbao: {peer / ours:.1f}, with the fingerprint {peer / whole:.1f}\n"
    )


def real_pages() -> Iterator[str]:
    for path in sorted((SHARED / "data" / "html").glob("*.html")):
        html = decode(path.read_bytes())
        try:
            fingerprint(html)
        except GongbaoError:  # a page without a text
            continue
        yield html


def extraction() -> None:
    sys.stdout.write("targets and outcomes                                 median    to the shortest\n")
    first = None
    for times in (1, 5, 10, 20, 40):
        body = "\n".join(text("tongliang-work") for _ in range(times))
        taken = median(lambda body=body: extract(body, year=2026, kind=Kind.WORK_REPORT))  # type: ignore[misc]
        first = first or taken
        row(f"  {len(body)} characters", taken, first)


_LENGTH = 27_000  # characters of a report
_NUMBER = re.compile(r"\d+(\.\d+)?")


def beside_numbers() -> None:
    """Targets out of a report, beside one pass for its numbers: real reports, or our own many times over."""
    paths = sorted((SHARED / "data" / "reports").glob("*.txt"))
    bodies = [read_document(path.read_bytes(), str(path)).article.body for path in paths]
    bodies = [body[:_LENGTH] for body in bodies if len(body) >= _LENGTH]
    bodies = bodies or [("\n".join(text("tongliang-work") for _ in range(40)))[:_LENGTH]]
    numbers = median(lambda: [[match[0] for match in _NUMBER.finditer(body)] for body in bodies])

    def targets() -> None:
        for body in bodies:
            clean.cache_clear()
            extract(body, year=2026, kind=Kind.WORK_REPORT)

    sys.stdout.write(
        f"targets out of {_LENGTH} characters, {len(bodies)} reports       median    to the pass\n"
    )
    row("  one pass of \\d+(\\.\\d+)?", numbers, numbers)
    row("  targets and outcomes", median(targets), numbers)


def starting() -> None:
    sys.stdout.write("start, processor time                                 least    to the imports\n")
    imports = least([sys.executable, "-c", "import typer, rich"])
    row('  python -c "import typer, rich"', imports, imports)
    row(
        "  gongbao --help", least([sys.executable, "-c", "import gongbao; gongbao.main()", "--help"]), imports
    )


def least(command: Sequence[str]) -> float:
    """Seconds of processor time of a process, the least of the rounds: whatever else runs only ever adds."""
    taken = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(taken)


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
    beside_numbers()
    starting()
    real(sorted((SHARED / "data" / "reports").glob("*.txt")))
