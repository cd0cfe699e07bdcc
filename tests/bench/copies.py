"""`make bench-copies`: are copies known for what they are, and how fast is one found among many texts?

    python -m tests.bench.copies [--reports N] [--stored N] [--texts N …] [--database URL]

Two parts. Relations: every kind of copy (tests/support/copies.py) of our own reports and of ../shared, where
it is, judged alone and through the store. Lookup: synthetic texts, the store's index beside datasketch
MinHashLSH and rensa on the same texts, each in a process of its own. docs/copies.md says how to read them.
"""

from __future__ import annotations

import argparse
import hashlib
import multiprocessing
import random
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, make_url, select

from ingest.compare.fingerprint import FORM, content_hash, sentence_hash, text_of
from ingest.compare.relate import compare
from ingest.identity.decide import decide
from ingest.identity.identify import identify
from ingest.model import Article, Capture, Fingerprint, Header, ListItem, Reading, Relation, SourceKind
from ingest.reading import read_document
from ingest.store import documents, fingerprints, watchlist
from ingest.store.db import Store
from ingest.store.tables import fingerprint_index, reports, versions
from ingest.store.tables import fingerprints as prints
from tests.support import copies, deciding

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "reports"
NOW = datetime(2026, 1, 20, tzinfo=UTC)


def say(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


# --- relations -------------------------------------------------------------------------------


def base_documents(real: int) -> list[copies.Document]:
    found = [copies.synthetic_report(n) for n in range(8)]
    for path in sorted(SHARED.glob("*.txt"))[:: max(1, 100 // real)] if real else ():
        reading = read_document(path.read_bytes(), str(path))
        found.append(copies.Document(reading.article.title or path.stem, reading.article.body))
    return found


def relations(base: Sequence[copies.Document]) -> None:
    """Each copy beside the report it was made from."""
    judged: Counter[tuple[Relation, Relation]] = Counter()
    exact = exact_kept = 0
    for seed, doc in enumerate(base):
        whole, hash_ = text_of(doc.body), content_hash(doc.body)
        for sample in copies.copies_of(doc, seed):
            made = sample.document
            found = compare(
                text_of(made.body), whole, made.title, doc.title, nameless=made.title is None
            ).relation
            judged[sample.relation, found] += 1
            if sample.how in {noise.__name__ for noise in copies.EXACT}:
                exact += 1
                exact_kept += content_hash(made.body) == hash_
    say(f"{len(base)} reports, {judged.total()} copies, each beside its report")
    say(f"  {'relation':<12}{'copies':>8}{'precision':>11}{'recall':>9}   taken for")
    for relation in Relation:
        truth = sum(n for (t, _), n in judged.items() if t is relation)
        said = sum(n for (_, f), n in judged.items() if f is relation)
        right = judged[relation, relation]
        if not truth:
            continue
        wrong = ", ".join(f"{f.value} {n}" for (t, f), n in judged.items() if t is relation and f is not t)
        say(f"  {relation.value:<12}{truth:>8}{right / max(said, 1):>11.4f}{right / truth:>9.4f}   {wrong}")
    missed = sum(
        n for (t, f), n in judged.items() if t is Relation.RESTATED and f not in (t, Relation.REVISION)
    )
    say(f"  changed figures missed: {missed}")
    say(f"  content hash kept under noise: {exact_kept} of {exact}")


def through_the_store(stored: int) -> None:
    """Reports and all their copies, and reports that are others for all their likeness, in a random order."""
    arrivals: list[tuple[str, copies.Document]] = []
    for number in range(stored):
        doc = copies.synthetic_report(number)
        arrivals.append((f"report {number}", doc))
        arrivals += [(f"report {number}", s.document) for s in copies.copies_of(doc, number, noisy=False)]
        # A page without a name could be of any of these, word for word: this report has no such page.
        like = copies.synthetic_report(number + 3)
        district, other = ((copies.synthetic_report(number + k).title or "")[3:6] for k in (3, 6))
        arrivals.append((f"alike {number}", like))
        arrivals += [
            (f"alike {number}", s.document)
            for s in copies.copies_of(like, number, noisy=False)
            if s.document.title and s.relation is not Relation.SAME
        ]
        arrivals.append((f"neighbour {number}", copies.neighbour(like, district, other)))
        arrivals.append((f"next year {number}", copies.next_year(like, 2026)))
        arrivals.append((f"plan {number}", copies.plan_report(like, f"重庆市{district}", 2026)))
    random.Random(1).shuffle(arrivals)
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/bench.db")
        store.migrate()
        began = time.perf_counter()
        pages = [(truth, _arrive(store, n, doc)) for n, (truth, doc) in enumerate(arrivals)]
        taken = time.perf_counter() - began
        with store.read() as tx:
            found = {page: documents.version(tx, page) for _, page in pages}
        store.close()
    of = {page: v.report_id for page, v in found.items() if v is not None}
    by_truth: dict[str, Counter[int]] = {}
    for truth, page in pages:
        by_truth.setdefault(truth, Counter())[of[page]] += 1
    home = {truth: counts.most_common(1)[0][0] for truth, counts in by_truth.items()}
    kept = sum(counts[home[truth]] for truth, counts in by_truth.items())
    merged = (
        len(home)
        - len(set(home.values()))
        + sum(
            sum(n for report, n in counts.items() if report != home[truth] and report in home.values())
            for truth, counts in by_truth.items()
        )
    )
    say(f"{len(home)} reports, {len(pages)} texts in a random order through the store")
    say(f"  different reports merged: {merged}")
    say(f"  recall of copies: {kept / len(pages):.4f} ({kept} of {len(pages)})")
    say(f"  {taken / len(pages) * 1000:.0f} ms a text: known, decide, apply")


def _arrive(store: Store, number: int, doc: copies.Document) -> int:
    url = f"https://bench.example/{number}"
    article = Article(doc.title, doc.body, Header())
    reading = Reading(article, identify(article, url), content_hash(doc.body))
    with store.begin() as tx:
        row = watchlist.SourceRow("bench", "bench", SourceKind.REPOST, False, "https://bench.example/")
        watchlist.ensure_source(tx, row)
        [page] = watchlist.see_items(tx, "bench", [ListItem(url, "题")], NOW)
        sha256 = hashlib.sha256(doc.body.encode()).hexdigest()
        decision = decide(deciding.known(tx, page, reading), sha256, reading)
        applied = deciding.apply(tx, page, decision, reading, official=False, now=NOW)
        capture = Capture(NOW, 200, sha256, 1)
        later = NOW + timedelta(days=1)
        deciding.had(tx, page.id, capture, later)
    assert applied.version_id is not None
    return applied.version_id


# --- lookup ----------------------------------------------------------------------------------

SENTENCES = 60  # of a synthetic text; one in ten a commonplace of a thousand
QUERIES = 200


def sentences_of(number: int) -> list[str]:
    chance = random.Random(number)
    return [
        f"常用的话第{chance.randrange(1000)}句。" if i % 10 == 9 else f"第{number}份报告的第{i}句话。"
        for i in range(SENTENCES)
    ]


def queries(texts: int) -> Iterator[tuple[str, int, list[str]]]:
    chance = random.Random(7)
    for _ in range(QUERIES):
        number = chance.randrange(texts)
        whole = sentences_of(number)
        yield "half of it", number, whole[: SENTENCES // 2]
        yield "a sixth of it", number, whole[20:30]
        yield "holds it and twice more", number, [*whole, *sentences_of(texts + 1), *sentences_of(texts + 2)]


Look = Callable[[list[str]], Sequence[object]]


def ours(texts: int, folder: str, url: str | None = None) -> Look:
    store = Store.open(url or f"sqlite:///{folder}/lookup.db")
    store.migrate()
    with store.begin() as tx:
        if tx.scalar(select(func.count()).select_from(versions)):
            sys.exit("bench: --database must name an empty database; this one holds texts")
        tx.execute(
            reports.insert().values(
                id=1, key="bench", kind="other", title="", first_seen_at=NOW, provisional=False
            )
        )
    for start in range(0, texts, 5_000):
        numbers = range(start, min(start + 5_000, texts))
        made = {n: _print(sentences_of(n)) for n in numbers}
        blank = {"report_id": 1, "body": "", "header": {}, "identity": {}, "relation": "same", "attempts": 0}
        with store.begin() as tx:
            tx.execute(
                versions.insert(),
                [{"id": n + 1, "content_hash": str(n), "first_seen_at": NOW, **blank} for n in numbers],
            )
            packed = [(n, *p.pack()) for n, p in made.items()]
            tx.execute(
                prints.insert(),
                [
                    {
                        "version_id": n + 1,
                        "form": FORM,
                        "text_hash": str(n),
                        "hashes": h,
                        "weights": w,
                    }
                    for n, h, w in packed
                ],
            )
            tx.execute(
                fingerprint_index.insert(),
                [
                    {"hash": h, "version_id": n + 1}
                    for n, p in made.items()
                    for h in fingerprints.indexed(p.hashes)
                ],
            )

    def look(sentences: list[str]) -> Sequence[object]:
        with store.read() as tx:
            return [s.version_id - 1 for s in fingerprints.sharing(tx, _print(sentences))]

    return look


def _print(sentences: list[str]) -> Fingerprint:
    hashes = dict.fromkeys(map(sentence_hash, sentences))
    return Fingerprint(tuple(hashes), (12,) * len(hashes))


def with_datasketch(texts: int, folder: str) -> Look:
    from datasketch import MinHash, MinHashLSH

    def sketch(sentences: list[str]) -> MinHash:
        made = MinHash(num_perm=128)
        made.update_batch([s.encode() for s in sentences])
        return made

    index = MinHashLSH(threshold=0.5, num_perm=128)
    for number in range(texts):
        index.insert(number, sketch(sentences_of(number)), check_duplication=False)
    return lambda sentences: index.query(sketch(sentences))  # type: ignore[no-any-return]


def with_rensa(texts: int, folder: str) -> Look:
    from rensa import RMinHash, RMinHashLSH

    def sketch(sentences: list[str]) -> RMinHash:
        made = RMinHash(num_perm=128, seed=42)
        made.update(sentences)
        return made

    index = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)
    for number in range(texts):
        index.insert(number, sketch(sentences_of(number)))
    return lambda sentences: index.query(sketch(sentences))  # type: ignore[no-any-return]


PEERS = {"gongbao, SQLite": ours, "datasketch MinHashLSH": with_datasketch, "rensa RMinHashLSH": with_rensa}


def measure(name: str, texts: int, url: str | None = None) -> str:
    """One index in this process: build, ask, and say. `url`: an empty database, instead of a SQLite file."""
    bare = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        look = ours(texts, folder, url) if url else PEERS[name](texts, folder)
        built = time.perf_counter() - began
        memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - bare) / 1024
        disk = sum(p.stat().st_size for p in Path(folder).iterdir()) / 2**20
        taken: list[float] = []
        found: Counter[str] = Counter()
        for kind, number, sentences in queries(texts):
            began = time.perf_counter()
            answer = look(sentences)
            taken.append(time.perf_counter() - began)
            found[kind] += number in answer
    taken.sort()
    kinds = "".join(f"{found[kind] / QUERIES:>8.3f}" for kind in KINDS)
    median, slow = statistics.median(taken) * 1000, taken[int(len(taken) * 0.99)] * 1000
    times = f"{built:>9.1f} s{median:>9.2f}{slow:>9.2f} ms"
    return f"  {name:<24}{texts:>9}{times}{memory:>8.0f}{disk:>8.0f} MB{kinds}"


KINDS = ("half of it", "a sixth of it", "holds it and twice more")


def lookup(sizes: Sequence[int], url: str | None) -> None:
    say(f"lookup among synthetic texts of {SENTENCES} sentences; recall: {' | '.join(KINDS)}")
    say(
        f"  {'':<24}{'texts':>9}{'built':>11}{'median':>9}{'99 %':>12}{'memory':>8}{'disk':>11}{'recall':>12}"
    )
    spawn = multiprocessing.get_context("spawn")
    if url:  # its own disk and memory are not seen from here
        with spawn.Pool(1) as pool:
            say(pool.apply(measure, (f"gongbao, {make_url(url).get_backend_name()}", sizes[-1], url)))
        return
    for texts in sizes:
        for name in PEERS:
            with spawn.Pool(1) as pool:
                say(pool.apply(measure, (name, texts)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--reports", type=int, default=10, help="real reports of ../shared, at most")
    parser.add_argument(
        "--stored", type=int, default=3, help="reports that go through the store with all copies"
    )
    parser.add_argument("--texts", type=int, nargs="*", default=[1_000, 10_000], help="sizes for the lookup")
    parser.add_argument("--database", help="an empty database for the lookup instead, at the last size")
    given = parser.parse_args()
    relations(base_documents(given.reports))
    if given.stored:
        through_the_store(given.stored)
    if given.texts:
        lookup(given.texts, given.database)


if __name__ == "__main__":
    main()
