"""Events -> Atom 1.0 (RFC 4287), RSS 2.0, JSON Feed 1.1. Pure: the same events give the same bytes.

How a figure is said is wording.py; which events, caching and 304 are web/syndication.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from html import escape
from typing import Any, assert_never
from urllib.parse import quote, urlsplit

import feedgen.entry
import feedgen.feed

from alerts.wording import (
    CAUSES,
    EVENTS,
    KINDS,
    RESOLVES,
    figure_text,
    place_and_year,
    report_name,
    same_figure,
    short_label,
)
from ingest.model import Event

# feedgen has no types. To write an RSS date it sets the locale of the whole process and sets it back,
# which does not go with threads: give it the standard library's way.
_untyped_feed: Any = feedgen.feed
_untyped_entry: Any = feedgen.entry
_untyped_feed.formatRFC2822 = format_datetime
_untyped_entry.formatRFC2822 = format_datetime

GENERATOR = "gongbao"
FIGURES_IN_TITLE = 5
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # `updated` of a feed that has no entry yet: it must have one

# What XML 1.0 cannot carry (feedgen raises ValueError), and what UTF-8 cannot (lone surrogates).
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class FeedFormat(StrEnum):
    ATOM = "atom"
    RSS = "rss"
    JSON = "json"

    @property
    def media_type(self) -> str:
        match self:
            case FeedFormat.ATOM:
                return "application/atom+xml"
            case FeedFormat.RSS:
                return "application/rss+xml"
            case FeedFormat.JSON:
                return "application/feed+json"
        assert_never(self)


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """What a feed says of itself.

    `authority` is that of the tag: ids (RFC 4151, `example.org,2026`) and never changes; `home_url` is
    the service's first page, without a slash at its end; `self_url` is where this feed was asked for.
    """

    title: str
    self_url: str
    home_url: str
    authority: str
    subtitle: str = "地方政府工作报告、计划报告的发布、目标与变动"
    language: str = "zh-CN"

    @property
    def id(self) -> str:
        """Stays when the host moves; two filters are two feeds."""
        query = urlsplit(self.self_url).query
        return f"tag:{self.authority}:feed{'?' + query if query else ''}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as a reader sees it; text fields are text, `html` is markup."""

    id: str
    title: str
    link: str
    html: str
    at: datetime
    tags: tuple[tuple[str, str], ...]  # (term, label)
    event: Event


def render(format_: FeedFormat | str, events: Sequence[Event], info: FeedInfo) -> bytes:
    """The feed of these events, in their order. Raises ValueError for an unknown format."""
    format_ = FeedFormat(format_)
    entries = [make_entry(e, info) for e in events]
    match format_:
        case FeedFormat.ATOM:
            return bytes(_feedgen(entries, info).atom_str())
        case FeedFormat.RSS:
            return bytes(_feedgen(entries, info).rss_str())
        case FeedFormat.JSON:
            return _json_feed(entries, info)
    assert_never(format_)


def updated_at(events: Sequence[Event]) -> datetime | None:
    """When the newest of these happened."""
    return max((e.occurred_at for e in events), default=None)


# --- one event -------------------------------------------------------------------------------


def make_entry(event: Event, info: FeedInfo) -> Entry:
    report = _mapping(event.data.get("report"))
    page = report_url(info.home_url, str(report["key"])) if report.get("key") else f"{info.home_url}/"
    return Entry(
        id=f"tag:{info.authority}:{event.id}",
        title=clean(title_of(event)),
        link=web_address(event.data.get("url")) or page,
        html=clean(content_of(event, page)),
        at=event.occurred_at.astimezone(UTC),
        tags=tuple((clean(t), clean(label)) for t, label in _tags(event)),
        event=event,
    )


def report_url(home_url: str, key: str) -> str:
    """The report's page of this service."""
    return f"{home_url}/reports/{quote(key, safe='/')}"


def title_of(event: Event) -> str:
    """One line of text that says it all; the figures where there are any."""
    data = event.data
    report = _mapping(data.get("report"))
    name, figures = report_name(report), _headlines(data)
    source = _mapping(data.get("source")).get("name") or "来源"
    match event.type:
        case "report.published":
            return f"{name}：{figures}"
        case "report.provisional":
            return f"{name}（待官方确认）：{figures}"
        case "report.confirmed":
            return f"{name}：官方已发布，与先前所见一致"
        case "report.contradicted":
            return f"{name}：官方文本与先前所见不一致：{_changes(data, '先前') or '见正文'}"
        case "report.revised":
            return f"{name}修订：{_changes(data, '原') or '文字有改动，目标未变'}"
        case "report.withdrawn":
            return f"{name}：已从各网站撤下"
        case "report.overdue":
            return f"{name}：尚未见到{_when_due(data)}"
        case "target.published":
            return _target_title(report, data.get("target"))
        case "target.revised":
            target, previous = data.get("target"), data.get("previous")
            was = f"（原 {figure_text(previous)}）" if previous else ""
            return _target_title(report, target) + was
        case "target.withdrawn":
            gone = data.get("previous") or data.get("target")
            return f"{_target_title(report, gone)}（已删去）"
        case "copy.appeared":
            return f"{name}：另见于 {source}"
        case "source.broken":
            why = f"（{CAUSES[data['cause']]}）" if data.get("cause") in CAUSES else ""
            said = f"应有 {data.get('expected') or '—'}，实得 {data.get('found') or '—'}"
            return f"来源异常：{source}{why}：{said}"
        case "source.recovered":
            return f"来源恢复：{source}"
        case _:
            raise ValueError(f"feeds: no words for an event of type {event.type!r} (id {event.id})")


def content_of(event: Event, page: str) -> str:
    """The entry's body: who showed it where, a table of the targets with their sentences, a link."""
    data = event.data
    parts = []
    if title := _mapping(data.get("report")).get("title"):
        parts.append(f"<p><strong>{escape(str(title))}</strong></p>")
    parts.append(_provenance(data))
    if event.type.startswith("target."):
        rows = [(data.get("target"), data.get("previous"))]
    elif data.get("differences"):
        rows = [(d.get("target"), d.get("previous")) for d in data["differences"]]
    else:
        rows = [(t, None) for t in data.get("targets") or ()]
    if rows:
        parts.append(_table(rows))
    total, told = data.get("targets_total") or 0, len(data.get("targets") or ())
    if total > told:
        parts.append(f"<p>共 {total} 项目标，此处列出前 {told} 项。</p>")
    if data.get("report") and event.type != "report.overdue":  # which has no page of its own yet
        parts.append(f'<p><a href="{escape(page)}">报告页：全部目标、各网站文本与变动</a></p>')
    return "\n".join(p for p in parts if p)


def clean(text: str) -> str:
    """Without control characters, non-characters and lone surrogates, which no feed can carry."""
    return _FORBIDDEN.sub("", text)


def _headlines(data: Mapping[str, Any]) -> str:
    targets = data.get("targets") or ()
    headline = [t for t in targets if t.get("headline")]
    if not headline:
        total = data.get("targets_total") or len(targets)
        return f"发布，{total} 项目标，无主要预期目标一段" if total else "发布，未读出目标"
    said = "、".join(f"{short_label(t)} {figure_text(t)}" for t in headline[:FIGURES_IN_TITLE])
    return said + (" …" if len(headline) > FIGURES_IN_TITLE else "")


def _when_due(data: Mapping[str, Any]) -> str:
    """`，应在 2026-01-10 前后（上年 2025-01-10）`; "" for an event that does not say."""
    if not data.get("expected_on"):
        return "，往年此时已发布"
    last = f"（上年 {data['last_year_on']}）" if data.get("last_year_on") else ""
    return f"，应在 {data['expected_on']} 前后{last}"


def _changes(data: Mapping[str, Any], was: str) -> str:
    said = []
    for d in data.get("differences") or ():
        target, previous = d.get("target"), d.get("previous")
        label = short_label(target or previous or {})
        if target is None:
            said.append(f"{label} 删去（{was} {figure_text(previous or {})}）")
        elif previous is None:
            said.append(f"{label} {figure_text(target)}（新增）")
        elif same_figure(target, previous):
            said.append(f"{label} {figure_text(target)}（措辞有改）")
        else:
            said.append(f"{label} {figure_text(target)}（{was} {figure_text(previous)}）")
    return "、".join(said[:FIGURES_IN_TITLE]) + (" …" if len(said) > FIGURES_IN_TITLE else "")


def _target_title(report: Mapping[str, Any], target: Mapping[str, Any] | None) -> str:
    target = _mapping(target)
    resolve = RESOLVES.get(str(target.get("resolve")), "")
    return f"{place_and_year(report)} {target.get('label') or '目标'}：{resolve}{figure_text(target)}"


def _provenance(data: Mapping[str, Any]) -> str:
    source = _mapping(data.get("source"))
    name = escape(str(source.get("name") or source.get("slug") or ""))
    url = web_address(data.get("url"))
    shown = f'<a href="{escape(url)}">{name or escape(url)}</a>' if url else name
    if not shown:
        return ""
    return f"<p>来源：{shown}（{'官方' if source.get('official') else '非官方'}）</p>"


def _table(rows: Sequence[tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]]) -> str:
    with_previous = any(previous for _, previous in rows)
    heads = ["指标", "目标", *(["原目标"] if with_previous else []), "原文"]
    out = ["<table>", "<tr>" + "".join(f"<th>{h}</th>" for h in heads) + "</tr>"]
    for target, previous in rows:
        one = target or previous or {}
        figure = RESOLVES.get(str(one.get("resolve")), "") + figure_text(one) if target else "（删去）"
        cells = [str(one.get("label") or ""), figure]
        if with_previous:
            cells.append(figure_text(previous) if previous else "—")
        cells.append(str(one.get("sentence") or one.get("quote") or ""))
        out.append("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in cells) + "</tr>")
    return "\n".join([*out, "</table>"])


def _tags(event: Event) -> list[tuple[str, str]]:
    """Categories: type, kind, the regions from the province down, the indicator of a target."""
    report = _mapping(event.data.get("report"))
    tags = [(event.type, EVENTS.get(event.type, event.type))]
    if kind := report.get("kind"):
        tags.append((str(kind), KINDS.get(str(kind), str(kind))))
    region = _mapping(report.get("region"))
    tags += [(str(name), str(name)) for name in region.get("path") or filter(None, [region.get("name")])]
    if event.type.startswith("target."):
        figure = _mapping(event.data.get("target") or event.data.get("previous"))
        if indicator := figure.get("indicator"):
            tags.append((str(indicator), str(figure.get("label") or indicator)))
    return list(dict.fromkeys(tags))


def web_address(url: object) -> str | None:
    """The address if a reader may follow it (http, https), with anything odd in it escaped."""
    if not isinstance(url, str):
        return None
    try:
        parts = urlsplit(clean(url))
    except ValueError:  # "http://[": an address that no reader can take apart
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return quote(clean(url), safe="!#$%&'()*+,/:;=?@[]~")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


# --- three formats ---------------------------------------------------------------------------


def _feedgen(entries: Sequence[Entry], info: FeedInfo) -> Any:
    """Around feedgen 1.0.0: `updated` is set everywhere (its default is now), one link an entry and no
    enclosure (it drops rel, so any second link is a second alternate), text is cleaned before (it raises
    on control characters), entries are appended (it prepends)."""
    feed = _untyped_feed.FeedGenerator()
    feed.id(info.id)
    feed.title(clean(info.title))
    feed.subtitle(clean(info.subtitle))
    feed.description(clean(info.subtitle))
    feed.author({"name": GENERATOR})
    feed.language(info.language)
    feed.generator(GENERATOR)
    feed.docs("https://www.rssboard.org/rss-specification")
    feed.link(href=info.self_url, rel="self")
    feed.link(href=f"{info.home_url}/", rel="alternate", type="text/html")
    feed.updated(max((e.at for e in entries), default=NEVER))
    for entry in entries:
        one = feed.add_entry(order="append")
        one.id(entry.id)
        one.title(entry.title)
        one.link(href=entry.link)
        one.content(entry.html, type="html")
        one.updated(entry.at)
        one.published(entry.at)
        for term, label in entry.tags:
            one.category(term=term, label=label)
    return feed


def _json_feed(entries: Sequence[Entry], info: FeedInfo) -> bytes:
    """JSON Feed 1.1 (jsonfeed.org/version/1.1), which feedgen does not have."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": clean(info.title),
        "home_page_url": f"{info.home_url}/",
        "feed_url": info.self_url,
        "description": clean(info.subtitle),
        "language": info.language,
        "authors": [{"name": GENERATOR}],
        "items": [
            {
                "id": entry.id,
                "url": entry.link,
                "title": entry.title,
                "content_html": entry.html,
                "date_published": entry.at.isoformat().replace("+00:00", "Z"),
                "tags": list(dict.fromkeys(label for _, label in entry.tags)),
                # An extension, as the specification has them: a key with an underscore.
                "_gongbao": {"event": entry.event.id, "type": entry.event.type},
            }
            for entry in entries
        ],
    }
    return json.dumps(feed, ensure_ascii=False, separators=(",", ":")).encode()
