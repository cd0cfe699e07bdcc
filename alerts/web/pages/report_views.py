"""What the pages show, ready to print: words chosen, links checked. Pure: store models in, views out.

Reports and figures; what happened to them is event_views.py, the state of the service status_views.py. Which
rows are read is report.py and first_page.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from urllib.parse import quote, unquote
from zlib import crc32

from alerts.listing.records import doubts_of, figure_record, report_ref
from alerts.words.language import Words
from alerts.words.safe_text import clean, web_address
from ingest.identity.decide import PARTIAL
from ingest.identity.kinds import REPORTS
from ingest.indicators.vocabulary import OTHER
from ingest.model import Copy, Figure, Owner, Period, Region, Relation, Report
from ingest.regions.gazetteer import NATION
from ingest.store.browse import ReportDetail, ReportRow

CHIPS = 8  # figures of one report on the first page
SHORT = 1_500  # characters: no report is shorter

Tag = tuple[str, str]  # words and tone: "", good, warn, bad
Marked = tuple[tuple[str, bool], ...]  # text in pieces: (text, is it marked?)


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
    """Figures of one sentence. `sentence` is empty where there is only one: the figure shows its own. `text`:
    the address of the text in which it stands."""

    sentence: Marked
    figures: tuple[FigureView, ...]
    text: str


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


def figure_view(figure: Figure, words: Words) -> FigureView:
    data = figure_record(figure)
    return FigureView(
        label=words.label(data),
        short=words.short_label(data),
        text=words.figure(data),
        resolve=words.resolves.get(figure.resolve or "", ""),
        scope=scope(figure, words),
        quote=figure.quote,
        sentence=mark_quotes(figure.sentence or figure.quote, [figure.quote]),
        anchor=anchor(figure),
        place=place_in_text(figure),
    )


def anchor(figure: Figure) -> str:
    """What its row is called on the page of its report: where its words stand, and what it measures; or, for
    what only its words tell from others in the same place, a number made of them."""
    return _anchor(
        figure.start, figure.end, figure.indicator, figure.label, figure.year, figure.measure, figure.owner
    )


def anchor_told(figure: Mapping[str, Any]) -> str:
    """The same of a target as an event tells it."""
    owner = figure.get("owner")
    return _anchor(
        figure["start"], figure["end"], str(figure["indicator"]), str(figure["label"]), figure.get("year"),
        figure.get("measure"), Owner(owner["name"], owner["code"]) if owner else None,
    )  # fmt: skip


def _anchor(
    start: int,
    end: int,
    indicator: str,
    label: str,
    year: int | None,
    measure: str | None,
    owner: Owner | None,
) -> str:
    if indicator == OTHER or owner is not None:
        words = f"{label}/{measure}/{owner}"
        return f"{start}-{end}-{crc32(words.encode(errors='replace')):x}"
    return f"{start}-{indicator}-{year or ''}{measure or ''}"


def place_in_text(figure: Figure) -> str:
    """What the place where its words begin is called on the page of the full text."""
    return f"f-{figure.start}-{figure.end}"


def scope(figure: Figure, words: Words) -> str:
    """What is measured over which time: `2025 年增速`, `年均增速`, whose years stand with the figure."""
    measure = words.measures.get(figure.measure or "", "")
    if figure.period is Period.AVERAGE:
        return words.say("年均%(measure)s", measure=measure)
    if figure.period is Period.SUM:
        return words.say("累计%(measure)s", measure=measure)
    if figure.period is Period.YEAR and figure.year:
        return words.say("%(year)s 年%(measure)s", year=figure.year, measure=measure).strip()
    return measure


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


def passages(figures: Iterable[Figure], words: Words, text: str) -> list[Passage]:
    """Figures of a text in their order, those that follow each other in one sentence together."""
    views = []
    for sentence, group in groupby(figures, key=lambda f: f.sentence or f.quote):
        together = list(group)
        shared = mark_quotes(sentence, [f.quote for f in together]) if len(together) > 1 else ()
        views.append(Passage(shared, tuple(figure_view(f, words) for f in together), text))
    return views


def report_href(root: str, key: str) -> str:
    return f"{root}/reports/{quote(key, safe='/')}"


def region_href(root: str, region: Region) -> str:
    if region.code == NATION.code:
        return f"{root}/regions"
    return f"{root}/regions/{quote(region.key, safe='+')}"


def region_link(root: str, report: Report, words: Words) -> tuple[str, str] | None:
    """(path, address of its page) of the region of a report."""
    region = report.region
    return (words.path(region), region_href(root, region)) if region else None


def region_feed(root: str, report: Report, words: Words) -> tuple[str, str] | None:
    """(address, name) of the feed of its region; a development zone has no code to ask by."""
    region = report.region
    if region is None or region.code is None:
        return None
    return f"{root}/feed.atom?region={region.code}{words.asked}", words.place(region)


def report_tags(report: Report, headline: Sequence[Figure], words: Words) -> tuple[Tag, ...]:
    """`headline`: what it promises; of a document that promises nothing it does not matter whose it is."""
    tags: list[Tag] = []
    if report.withdrawn_at:
        tags.append((words.say("已撤下"), "bad"))
    if report.provisional:
        tags.append((words.say("待官方确认"), "warn"))
    if report.kind in REPORTS or headline:
        unclear = words.unclear(doubts_of(report))
        tags += [(unclear, "warn")] if unclear else []
    return tuple(tags)


def address(url: str) -> str:
    """The address to print; of a local file only its name, for the folder is nobody's business."""
    return clean(unquote(url.rpartition("/")[2]) if url.startswith("file:") else url)


def relation_tag(relation: Relation, words: Words) -> Tag:
    tone = "bad" if relation in (Relation.RESTATED, Relation.MASKED) else "warn"
    return words.relations[relation], tone


def official_tag(copy: Copy, words: Words) -> Tag:
    return (words.say("官方"), "good") if copy.official else (words.say("非官方"), "")


def copy_view(
    copy: Copy,
    speaking: Collection[int],
    words: Words,
    evidence: str | None = None,
    *,
    coverage: str = "",
    compare: str | None = None,
) -> CopyView:
    """What a relation says is said of copies of other versions; of those that speak for the report only that
    they are cut."""
    tags: list[Tag] = [official_tag(copy, words)]
    leads = copy.version_id in speaking
    if copy.relation is not Relation.SAME and (not leads or copy.relation in PARTIAL):
        tags.append(relation_tag(copy.relation, words))
    if copy.ended_at:
        tags.append((words.say("已换下"), ""))
    elif leads:
        tags.append((words.say("现行文本"), ""))
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


def card(root: str, row: ReportRow, words: Words) -> Card:
    tags = list(report_tags(row.report, row.headline, words))
    if row.copy and row.copy.relation in PARTIAL:
        tags.append(relation_tag(row.copy.relation, words))
    if row.dead:
        tags.append((words.say("未能抽取"), "bad"))
    elif not row.extracted:
        tags.append((words.say("待抽取"), ""))
    return Card(
        name=words.report_name(report_ref(row.report)),
        href=report_href(root, row.report.key),
        tags=tuple(tags),
        region=region_link(root, row.report, words),
        source=row.copy.source_name if row.copy else "",
        url=web_address(row.url),
        first_seen_at=row.report.first_seen_at,
        copies=row.copies,
        targets=row.targets,
        figures=tuple(figure_view(f, words) for f in row.headline[:CHIPS]),
        more=max(0, len(row.headline) - CHIPS),
    )


def report_facts(detail: ReportDetail, words: Words) -> list[tuple[str, str]]:
    """What the report says of itself: the meeting, the header block's lines that have a value."""
    facts: list[tuple[str, object]] = [(words.say("文种"), words.kinds[detail.report.kind])]
    if version := detail.version:
        about, header = version.identity, version.header
        facts += [
            (words.say("会议"), about.meeting),
            (words.say("报告日期"), about.delivered_on),
            (words.say("报告人"), about.speaker),
            (words.say("发布机构"), header.issuer),
            (words.say("发文字号"), header.document_number),
            (words.say("索引号"), header.index_number),
            (words.say("成文日期"), header.written_on),
            (words.say("发布日期"), header.published_on),
            (words.say("主题分类"), header.subject_class),
            (words.say("信息分类"), header.info_class),
            (words.say("体裁分类"), header.genre_class),
            (words.say("有效性"), header.validity),
            (words.say("主题词"), header.keywords),
            (words.say("正文"), words.say("%(n)s 字", n=len(version.body))),
            (words.say("文本指纹"), version.content_hash.removeprefix("sha256:")[:16]),
        ]
    return [(label, clean(str(value))) for label, value in facts if value]


def why_no_targets(detail: ReportDetail, words: Words) -> str:
    """What to say in place of a table of targets."""
    version = detail.version
    if version is None:
        return words.say("没有可读的文本。")
    if version.dead_at:
        return words.say("这份文本未能抽取：%(reason)s", reason=version.dead_reason or words.say("原因不明"))
    if version.extracted_at is None:
        return words.say("正在等待抽取。")
    if detail.report.kind not in REPORTS:
        kind = words.kinds[detail.report.kind]
        return words.say("这是%(kind)s，不是报告本身，没有读出目标。", kind=kind)
    if detail.copy is not None and detail.copy.relation in PARTIAL:
        relation = words.relations[detail.copy.relation]
        return words.say("这份文本不完整（%(relation)s），目标所在的部分可能不在其中。", relation=relation)
    if len(version.body) < SHORT:
        return words.say("正文只有 %(n)s 字，不像一份完整的报告。", n=len(version.body))
    if detail.report.year is None:
        return words.say("不知道是哪一年的报告，其中的数字无从归年。")
    if detail.outcomes:
        return words.say(
            "文中读出实绩 %(n)s 项而没有目标：文本可能在今年的安排之前就断了。", n=len(detail.outcomes)
        )
    return words.say("全文没有一句被认作带数字的目标。")
