"""What the pages show, ready to print: words chosen, links checked. Pure: store models in, views out.

Reports, figures, events; the state of the service is status_views.py. Which rows are read is routes.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from urllib.parse import quote, unquote
from zlib import crc32

from alerts.listing.records import doubts_of, report_ref
from alerts.words.chinese import (
    EVENTS,
    MEASURES,
    RELATIONS,
    RESOLVES,
    figure_text,
    label,
    place_and_year,
    short_label,
    unclear_text,
)
from alerts.words.safe_text import clean, web_address
from alerts.words.titles import title_of
from ingest.events import figure_json
from ingest.identity.decide import PARTIAL
from ingest.identity.kinds import REPORTS
from ingest.identity.names import KINDS
from ingest.indicators.vocabulary import OTHER
from ingest.model import Copy, Event, Figure, Period, Region, Relation, Report
from ingest.regions.gazetteer import NATION
from ingest.store.browse import ReportDetail, ReportRow

CHIPS = 8  # figures of one report on the first page

Tag = tuple[str, str]  # words and tone: "", good, warn, bad
Marked = tuple[tuple[str, bool], ...]  # text in pieces: (text, is it marked?)

_TONES: Mapping[str, str] = {
    "report.published": "good",
    "report.confirmed": "good",
    "report.provisional": "warn",
    "report.contradicted": "bad",
    "report.revised": "warn",
    "report.withdrawn": "bad",
    "report.overdue": "warn",
    "target.revised": "warn",
    "target.withdrawn": "bad",
    "source.broken": "bad",
    "source.recovered": "good",
    "endpoint.disabled": "bad",
    "operator.merged": "warn",
    "operator.split": "warn",
    "operator.undone": "warn",
}


@dataclass(frozen=True, slots=True)
class FigureView:
    """A target or outcome. `sentence` is in pieces: (text, is it the quote?)."""

    label: str
    short: str
    text: str
    resolve: str
    scope: str
    quote: str
    sentence: Marked
    anchor: str
    place: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Figures of one sentence. `sentence` is empty where there is only one: the figure shows its own."""

    sentence: Marked
    figures: tuple[FigureView, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A report on the first page."""

    name: str
    href: str
    tags: tuple[Tag, ...]
    region: tuple[str, str] | None  # its path, and the address of its page
    source: str
    url: str | None
    first_seen_at: datetime
    copies: int
    targets: int
    figures: tuple[FigureView, ...]
    more: int  # headline figures beyond those shown


@dataclass(frozen=True, slots=True)
class CopyView:
    source: str
    url: str | None
    address: str
    tags: tuple[Tag, ...]
    first_seen_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None
    evidence: str | None  # where the archived bytes can be had
    coverage: str = ""  # how much of it and of the leading text stand in one another
    compare: str | None = None  # where it stands beside the leading text


@dataclass(frozen=True, slots=True)
class EventView:
    id: str
    at: datetime
    title: str
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """Events of one moment: `events` in full, `targets` folded away."""

    at: datetime
    events: tuple[EventView, ...]
    targets: tuple[EventView, ...]


@dataclass(frozen=True, slots=True)
class TargetNews:
    """A target that was announced, changed or dropped."""

    label: str
    text: str
    resolve: str
    was: str
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True)
class TargetBulletin:
    """What was announced of one report at one moment, in the order of its text."""

    place: str
    href: str
    at: datetime
    targets: tuple[TargetNews, ...]
    more: int  # targets beyond those shown


def figure_view(figure: Figure) -> FigureView:
    data = figure_json(figure)
    return FigureView(
        label=label(data),
        short=short_label(data),
        text=figure_text(data),
        resolve=RESOLVES.get(figure.resolve or "", ""),
        scope=scope(figure),
        quote=figure.quote,
        sentence=mark_quotes(figure.sentence or figure.quote, [figure.quote]),
        anchor=anchor(figure),
        place=place_in_text(figure),
    )


def anchor(figure: Figure) -> str:
    """What its row is called on the page of its report: where its words stand, and what it measures; or, for
    what only its words tell from others in the same place, a number made of them."""
    if figure.indicator == OTHER or figure.owner is not None:
        words = f"{figure.label}/{figure.measure}/{figure.owner}"
        return f"{figure.start}-{figure.end}-{crc32(words.encode(errors='replace')):x}"
    return f"{figure.start}-{figure.indicator}-{figure.year or ''}{figure.measure or ''}"


def place_in_text(figure: Figure) -> str:
    """What the place where its words begin is called on the page of the full text."""
    return f"f-{figure.start}-{figure.end}"


def scope(figure: Figure) -> str:
    """What is measured over which time: `2025 年增速`, `年均增速`, whose years stand with the figure."""
    over = {Period.AVERAGE: "年均", Period.SUM: "累计"}.get(figure.period, "")
    if figure.period is Period.YEAR and figure.year:
        over = f"{figure.year} 年"
    return over + MEASURES.get(figure.measure or "", "")


def mark_quotes(sentence: str, quotes: Iterable[str]) -> Marked:
    """The sentence in pieces, the quotes marked; overlapping quotes make one mark."""
    spans = sorted((at, at + len(q)) for q in quotes if q and (at := sentence.find(q)) >= 0)
    pieces: list[tuple[str, bool]] = []
    end = 0
    for start, stop in spans:
        if start > end:
            pieces.append((sentence[end:start], False))
        if stop > end:
            pieces.append((sentence[max(start, end) : stop], True))
            end = stop
    if end < len(sentence):
        pieces.append((sentence[end:], False))
    return tuple(pieces)


def passages(figures: Iterable[Figure]) -> list[Passage]:
    """Figures in their order, those that follow each other in one sentence together."""
    views = []
    for sentence, group in groupby(figures, key=lambda f: f.sentence or f.quote):
        together = list(group)
        shared = mark_quotes(sentence, [f.quote for f in together]) if len(together) > 1 else ()
        views.append(Passage(shared, tuple(figure_view(f) for f in together)))
    return views


def report_href(root: str, key: str) -> str:
    return f"{root}/reports/{quote(key, safe='/')}"


def region_href(root: str, region: Region) -> str:
    if region.code == NATION.code:
        return f"{root}/regions"
    return f"{root}/regions/{quote(region.key, safe='+')}"


def region_link(root: str, report: Report) -> tuple[str, str] | None:
    """(path, address of its page) of the region of a report."""
    region = report.region
    return (" · ".join(region.path or (region.name,)), region_href(root, region)) if region else None


def region_feed(root: str, report: Report) -> tuple[str, str] | None:
    """(address, name) of the feed of its region; a development zone has no code to ask by."""
    region = report.region
    return (f"{root}/feed.atom?region={region.code}", region.name) if region and region.code else None


def report_tags(report: Report, headline: Sequence[Figure]) -> tuple[Tag, ...]:
    """`headline`: what it promises; of a document that promises nothing it does not matter whose it is."""
    tags: list[Tag] = []
    if report.withdrawn_at:
        tags.append(("已撤下", "bad"))
    if report.provisional:
        tags.append(("待官方确认", "warn"))
    if report.kind in REPORTS or headline:
        unclear = unclear_text(doubts_of(report))
        tags += [(unclear, "warn")] if unclear else []
    return tuple(tags)


def address(url: str) -> str:
    """The address to print; of a local file only its name, for the folder is nobody's business."""
    return clean(unquote(url.rpartition("/")[2]) if url.startswith("file:") else url)


def relation_tag(relation: Relation) -> Tag:
    tone = "bad" if relation in (Relation.RESTATED, Relation.MASKED) else "warn"
    return RELATIONS[relation], tone


def copy_view(
    copy: Copy,
    leading_version: int | None,
    evidence: str | None = None,
    *,
    coverage: str = "",
    compare: str | None = None,
) -> CopyView:
    """What a relation says is said of copies of other versions; of the leading one only that it is cut."""
    tags: list[Tag] = [("官方", "good") if copy.official else ("非官方", "")]
    leads = copy.version_id == leading_version
    if copy.relation is not Relation.SAME and (not leads or copy.relation in PARTIAL):
        tags.append(relation_tag(copy.relation))
    if copy.ended_at:
        tags.append(("已换下", ""))
    elif leads:
        tags.append(("现行文本", ""))
    return CopyView(
        source=copy.source_name,
        url=web_address(copy.url),
        address=address(copy.url),
        tags=tuple(tags),
        first_seen_at=copy.first_seen_at,
        last_seen_at=copy.last_seen_at,
        ended_at=copy.ended_at,
        evidence=evidence,
        coverage=coverage,
        compare=compare,
    )


def event_view(event: Event) -> EventView:
    tag = (EVENTS.get(event.type, event.type), _TONES.get(event.type, ""))
    return EventView(event.id, event.occurred_at, title_of(event), (tag,))


def happenings(events: Iterable[Event]) -> list[Happening]:
    """Events, newest first, by moment; the many target.published of a report are folded."""
    views = []
    for at, group in groupby(events, key=lambda e: e.occurred_at):
        together = list(group)
        views.append(
            Happening(
                at,
                tuple(event_view(e) for e in together if e.type != "target.published"),
                tuple(event_view(e) for e in reversed(together) if e.type == "target.published"),
            )
        )
    return views


def bulletins(root: str, events: Iterable[Event]) -> list[TargetBulletin]:
    """target.* events, newest first, by report and moment."""
    views = []
    for (key, at), group in groupby(events, key=lambda e: (e.data["report"]["key"], e.occurred_at)):
        together = list(group)
        views.append(
            TargetBulletin(
                place=place_and_year(together[0].data["report"]),
                href=report_href(root, str(key)),
                at=at,
                targets=tuple(target_news(e) for e in together[::-1][:CHIPS]),
                more=max(0, len(together) - CHIPS),
            )
        )
    return views


def target_news(event: Event) -> TargetNews:
    """Of a target.* event."""
    target, previous = event.data.get("target"), event.data.get("previous")
    figure = target or previous or {}
    tag = () if event.type == "target.published" else ((EVENTS[event.type], _TONES[event.type]),)
    return TargetNews(
        label=label(figure),
        text=figure_text(target) if target else "删去",
        resolve=RESOLVES.get(str(figure.get("resolve")), "") if target else "",
        was=figure_text(previous) if previous else "",
        tags=tag,
    )


# --- reports ---------------------------------------------------------------------------------


def card(root: str, row: ReportRow) -> Card:
    tags = list(report_tags(row.report, row.headline))
    if row.copy and row.copy.relation in PARTIAL:
        tags.append(relation_tag(row.copy.relation))
    if row.dead:
        tags.append(("未能抽取", "bad"))
    elif not row.extracted:
        tags.append(("待抽取", ""))
    return Card(
        name=report_ref(row.report)["name"],
        href=report_href(root, row.report.key),
        tags=tuple(tags),
        region=region_link(root, row.report),
        source=row.copy.source_name if row.copy else "",
        url=web_address(row.url),
        first_seen_at=row.report.first_seen_at,
        copies=row.copies,
        targets=row.targets,
        figures=tuple(figure_view(f) for f in row.headline[:CHIPS]),
        more=max(0, len(row.headline) - CHIPS),
    )


def report_facts(detail: ReportDetail) -> list[tuple[str, str]]:
    """What the report says of itself: the meeting, the header block's lines that have a value."""
    facts: list[tuple[str, object]] = [("文种", KINDS[detail.report.kind])]
    if version := detail.version:
        about, header = version.identity, version.header
        facts += [
            ("会议", about.meeting),
            ("报告日期", about.delivered_on),
            ("报告人", about.speaker),
            ("发布机构", header.issuer),
            ("发文字号", header.document_number),
            ("索引号", header.index_number),
            ("成文日期", header.written_on),
            ("发布日期", header.published_on),
            ("主题分类", header.subject_class),
            ("信息分类", header.info_class),
            ("体裁分类", header.genre_class),
            ("有效性", header.validity),
            ("主题词", header.keywords),
            ("正文", f"{len(version.body)} 字"),
            ("文本指纹", version.content_hash.removeprefix("sha256:")[:16]),
        ]
    return [(label, clean(str(value))) for label, value in facts if value]


def why_no_targets(detail: ReportDetail) -> str:
    """What to say in place of a table of targets."""
    version = detail.version
    if version is None:
        return "没有可读的文本。"
    if version.dead_at:
        return f"这份文本未能抽取：{version.dead_reason or '原因不明'}"
    if version.extracted_at is None:
        return "正在等待抽取。"
    return "文本中没有读出目标。"
