"""Texts that are searched: of each report those that speak for it (articles.py), as one. Kept up, and asked.

`refresh` stands in every transaction that may change which these are or what is known of their report. How an
index is made of it is text_index.py; what finds what, ingest/search/.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, insert, or_, select

from ingest.events import region_json
from ingest.filters import Years
from ingest.identity.names import report_name
from ingest.model import Copy, Kind, Reading, Report
from ingest.regions.english import english_path
from ingest.regions.gazetteer import NATION
from ingest.search.passage import Passage, passage_in
from ingest.search.query import Searched, Term, terms
from ingest.search.tokens import (
    TextTokens,
    beside,
    facets,
    kind_token,
    place,
    places_of_years,
    region_token,
    text_tokens,
)
from ingest.store import rows, text_index
from ingest.store.leaders import leading_versions, shown_by
from ingest.store.settlement import lock_reports
from ingest.store.tables import reports, search_texts, versions
from ingest.store.text import keepable
from ingest.store.text_index import Wanted

COUNTED = 10_000  # texts that have the tokens; of more only that they are more
MOST = 100  # hits of one page
AT_ONCE = 50  # texts that are put in together: their tokens are in memory
_BETWEEN = "\n。"  # two articles: no term begins in one and ends in the other
LOOKED_AT = 100  # texts of one page that have the tokens and may not have what is asked for


@dataclass(frozen=True, slots=True)
class Asked:
    """What is searched for, and in which reports: of one of these regions (each a `Region.key`) and all below
    them, of a kind, of these years, with a target of one of these indicators. What is empty lets all through.
    """

    query: str
    regions: Sequence[str] = ()
    kind: Kind | None = None
    years: Years | None = None
    indicators: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A report, and where a text of it has what was asked for; None: only its name, title or speaker has it.
    `leads`: this text is the first of those that speak for the report."""

    report: Report
    version_id: int
    content_hash: str
    leads: bool
    copy: Copy | None
    passage: Passage | None
    place: int

    @property
    def url(self) -> str | None:
        return self.copy.url if self.copy else None


@dataclass(frozen=True, slots=True)
class Found:
    """`count`: of all pages; not `exact`: there may be some less or, of COUNTED, more. `after`: where to go
    on, None at the end."""

    hits: tuple[Hit, ...]
    count: int
    exact: bool
    after: int | None


# --- kept up ---------------------------------------------------------------------------------


def refresh(tx: Connection, report_ids: Iterable[int]) -> None:
    """What is searched of these reports is what speaks for them now."""
    ids = sorted(set(report_ids))
    for part in rows.chunks(ids):
        lock_reports(tx, part)
        kept = select(search_texts).where(search_texts.c.report_id.in_(part))
        before = {row["report_id"]: row for row in tx.execute(kept).mappings()}
        now = {values["report_id"]: values for values in _speaking(tx, part)}
        for report_id, row in before.items():
            if _differs(row, now.get(report_id)):
                text_index.take(tx, row["place"], partial(_taken, tx, row))
                tx.execute(delete(search_texts).where(search_texts.c.place == row["place"]))
        _put(
            tx, [values for id_, values in now.items() if id_ not in before or _differs(before[id_], values)]
        )


def add(tx: Connection, made: RowMapping, version_id: int, reading: Reading) -> None:
    """What is searched of a report that this transaction has made, with its only text."""
    report, article = rows.report(made), reading.article
    said = {
        "identity": rows.plain(reading.identity),
        "header": rows.plain(article.header),
        "printed": article.title,
    }
    about = keepable(_about(report, said))
    values = _values(report, version_id, about)
    rows.put_late(tx, _INTO_TEXTS, [values])
    kept = keepable(article.body)
    known = reading.tokens if kept == article.body else None  # whoever read it has had the time
    tokens = beside(about, known, values["facets"].split()) if known else _tokens(values, kept)
    text_index.put(tx, {values["place"]: tokens})


_INTO_TEXTS = insert(search_texts)


def fill(tx: Connection) -> None:
    """Make all of it anew."""
    text_index.clear(tx)
    tx.execute(delete(search_texts))
    ids = list(tx.execute(select(reports.c.id).order_by(reports.c.year, reports.c.id)).scalars())
    for part in rows.chunks(ids):
        _put(tx, list(_speaking(tx, part)))


def _differs(before: RowMapping, now: dict[str, Any] | None) -> bool:
    return now is None or any(before[name] != value for name, value in now.items())


def _put(tx: Connection, texts: Sequence[dict[str, Any]]) -> None:
    for start in range(0, len(texts), AT_ONCE):
        part = texts[start : start + AT_ONCE]
        of = _texts(tx, part)
        tx.execute(_INTO_TEXTS, part)
        text_index.put(tx, {one["place"]: _tokens(one, _joined(of[one["place"]])) for one in part})


@dataclass(frozen=True, slots=True)
class _Text:
    version_id: int
    content_hash: str
    body: str


_NOTHING: Mapping[int, _Text] = {}


def _texts(
    tx: Connection, found: Sequence[RowMapping | dict[str, Any]], known: Mapping[int, _Text] = _NOTHING
) -> dict[int, list[_Text]]:
    """Place -> the texts of that row, the leading one first. Those that are `known` are not read again."""
    ids = {row["place"]: [row["version_id"], *map(int, (row["beside"] or "").split())] for row in found}
    query = select(versions.c.id, versions.c.content_hash, versions.c.body)
    if asked := {id_ for several in ids.values() for id_ in several} - known.keys():
        read = {row.id: _Text(*row) for row in tx.execute(query.where(versions.c.id.in_(asked)))}
        known = {**known, **read}
    return {place_: [known[id_] for id_ in several] for place_, several in ids.items()}


def _joined(texts: Sequence[_Text]) -> str:
    return _BETWEEN.join(text.body for text in texts)


def _taken(tx: Connection, row: RowMapping) -> TextTokens:
    return _tokens(row, _joined(_texts(tx, [row])[row["place"]]))


def _tokens(row: RowMapping | dict[str, Any], body: str) -> TextTokens:
    return text_tokens(f"{row['about']}。{body}", row["facets"].split())


def _speaking(tx: Connection, report_ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Rows of search_texts as they should be. A report that was merged into another has
    none, nor one whose text has gone to another."""
    leaders = leading_versions(tx, report_ids)
    speaks = or_(versions.c.id.in_(leaders.values()), versions.c.beside.is_not(None))
    query = (
        select(reports, versions.c.id.label("version_id"), versions.c.beside, versions.c.header,
               versions.c.identity, versions.c.title.label("printed"))
        .join(versions, versions.c.report_id == reports.c.id)
        .where(reports.c.id.in_(report_ids), speaks)
        .where(reports.c.merged_into.is_(None))
        .order_by(reports.c.year, reports.c.id, versions.c.id)
    )  # fmt: skip
    for report, found in groupby(tx.execute(query).mappings(), rows.report):
        texts = list(found)
        for row in texts:
            if row["version_id"] == (leader := leaders[report.id]):
                beside_it = [one["version_id"] for one in texts if one["beside"] and one is not row]
                yield _values(report, leader, _about(report, row), beside_it)


def _values(report: Report, version_id: int, about: str, beside: Iterable[int] = ()) -> dict[str, Any]:
    return {
        "place": place(report.year, report.id),
        "report_id": report.id,
        "version_id": version_id,
        "beside": " ".join(map(str, beside)) or None,
        "about": about,
        "facets": " ".join(sorted(facets(report.kind, report.region))),
    }


def _about(report: Report, row: Mapping[Any, Any]) -> str:
    """Names and titles, places, who spoke where, and what the header block says of it."""
    said, header = row["identity"], row["header"]
    region = report.region
    named = {"key": report.key, "title": report.title, "kind": report.kind.value, "year": report.year}
    lines = [
        report_name(named | {"region": region_json(region)}),
        report.title,
        row["printed"],
        "".join(region.path) if region else None,
        english_path(region.code) if region else None,
        report.kind.value.replace("_", " "),
        *(said.get(name) for name in ("title", "meeting", "speaker")),
        *(header.get(name) for name in ("title", "issuer", "document_number", "index_number")),
    ]
    return "\n".join(dict.fromkeys(line for line in lines if line))


# --- asked -----------------------------------------------------------------------------------


def search(tx: Connection, asked: Asked, *, limit: int = 20, after: int | None = None) -> Found:
    """Reports whose texts, title, place or speaker have every term; the newest year first, and of a year what
    was found last. `after`: those that come after that place.

    At most LOOKED_AT texts are looked at for a page: it may be shorter than `limit` and not the last.
    """
    wanted = terms(asked.query)
    if not wanted:
        return Found((), 0, exact=True, after=None)
    sure = all(term.is_sure for term in wanted)
    left, count = text_index.find(tx, _wanted(asked, wanted), LOOKED_AT + 1, COUNTED + 1)
    whole = not sure and count <= LOOKED_AT and after is None  # all can be looked at
    if after is not None:
        left, _ = text_index.find(tx, _wanted(asked, wanted, after), LOOKED_AT + 1, LOOKED_AT + 1)
    having: list[_Having] = []
    looked = 0
    while looked < min(len(left), LOOKED_AT) and (whole or len(having) <= limit):
        part = left[looked : min(looked + limit + 1, LOOKED_AT)]
        having += _having(tx, part, wanted)
        looked += len(part)
    onward = left[looked - 1] if looked < len(left) else None
    if len(having) > limit:
        onward = having[limit - 1].place
    return Found(
        hits=_shown(tx, having[:limit], wanted),
        count=len(having) if whole else min(count, COUNTED),
        exact=whole or (sure and count <= COUNTED),
        after=onward,
    )


def every_hit(tx: Connection, asked: Asked, limit: int, after: int | None) -> list[Hit]:
    """The next `limit` of all, however many texts have to be looked at; less at the end only."""
    wanted = terms(asked.query)
    at_once, step = max(limit, LOOKED_AT), min(limit, MOST)
    found: list[Hit] = []
    while wanted and len(found) < limit:
        places, _ = text_index.find(tx, _wanted(asked, wanted, after), at_once, at_once)
        for start in range(0, len(places), step):
            found += _shown(tx, _having(tx, places[start : start + step], wanted), wanted)
            if len(found) >= limit:
                break
        if len(places) < at_once:
            break
        after = places[-1]
    return found[:limit]


def place_of_hit(hit: Hit) -> int:
    """`after` of the hits that follow this one."""
    return hit.place


def _wanted(asked: Asked, wanted: Sequence[Term], after: int | None = None) -> Wanted:
    groups: list[Sequence[Collection[str]]] = [term.tokens for term in wanted]
    if asked.kind is not None:
        groups.append([{kind_token(asked.kind)}])
    if asked.regions and NATION.key not in asked.regions:
        groups.append([{region_token(key)} for key in asked.regions])
    lowest, highest = places_of_years(*(asked.years or (None, None)))
    return Wanted(
        groups=groups,
        lowest=lowest,
        highest=highest if after is None else min(highest, after - 1),
        indicators=asked.indicators,
    )


@dataclass(frozen=True, slots=True)
class _Having:
    place: int
    report_id: int
    texts: Sequence[_Text]


def _having(tx: Connection, places: Sequence[int], wanted: Sequence[Term]) -> list[_Having]:
    """What stands at these places, with its texts, that has every term."""
    query = (
        select(search_texts, versions.c.content_hash, versions.c.body)
        .join(versions, versions.c.id == search_texts.c.version_id)
        .where(search_texts.c.place.in_(places))
        .order_by(search_texts.c.place.desc())
    )
    found = tx.execute(query).mappings().all()
    known = {row["version_id"]: _Text(row["version_id"], row["content_hash"], row["body"]) for row in found}
    texts = _texts(tx, found, known)
    return [
        _Having(row["place"], row["report_id"], texts[row["place"]])
        for row in found
        if _has(Searched(row["about"], _joined(texts[row["place"]])), wanted)
    ]


def _has(text: Searched, wanted: Sequence[Term]) -> bool:
    return all(term.is_in(text) for term in wanted)


def _shown(tx: Connection, found: Sequence[_Having], wanted: Sequence[Term]) -> tuple[Hit, ...]:
    query = select(reports).where(reports.c.id.in_([one.report_id for one in found]))
    of = {row["id"]: rows.report(row) for row in tx.execute(query).mappings()}
    passages = [passage_in([text.body for text in one.texts], wanted) for one in found]
    shown = [one.texts[index] for one, (index, _) in zip(found, passages, strict=True)]
    copies = shown_by(tx, [text.version_id for text in shown])
    return tuple(
        Hit(
            of[one.report_id],
            text.version_id,
            text.content_hash,
            index == 0,
            copies.get(text.version_id),
            passage,
            one.place,
        )
        for one, text, (index, passage) in zip(found, shown, passages, strict=True)
    )
