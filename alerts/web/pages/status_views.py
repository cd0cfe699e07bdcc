"""What is said of sources, pages with errors, processes and deliveries, ready to print. Pure.

Reports and their figures are report_views.py; which rows are read is status.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.listing.records import report_ref
from alerts.web.pages.report_views import Tag, address, report_href
from alerts.words.chinese import local_time
from alerts.words.health import cause_text, expected_text, found_text, reason_text
from alerts.words.language import Words
from alerts.words.safe_text import clean, web_address
from ingest.model import Channel, Page, Report, Subscription, Version, WatchedList
from ingest.roles import SILENT_AFTER
from ingest.store.overview import Counts, SourceHealth, Totals
from ingest.store.presence import Beat, expected
from ingest.watch.health import Check, Trouble


@dataclass(frozen=True, slots=True)
class ListView:
    address: str
    tags: tuple[Tag, ...]
    items: int | None
    error: str
    health: str
    polled_at: datetime | None
    good_at: datetime | None
    next_poll_at: datetime


@dataclass(frozen=True, slots=True)
class SourceView:
    name: str
    home: str | None
    kind: str
    tags: tuple[Tag, ...]
    polled_at: datetime | None
    note: str
    health: str
    fills: str
    lists: tuple[ListView, ...]


@dataclass(frozen=True, slots=True)
class ProblemView:
    title: str
    url: str | None
    address: str
    error: str
    message: str
    failures: int
    next_fetch_at: datetime


@dataclass(frozen=True, slots=True)
class DeadView:
    name: str
    href: str
    attempts: int
    dead_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class BeatView:
    role: str
    name: str
    instance: str
    tags: tuple[Tag, ...]
    started_at: datetime
    beat_at: datetime


def source_view(source: SourceHealth, words: Words) -> SourceView:
    tag = _polled_tag(source.last_polled_at, words)
    if source.broken_at and source.lists:  # without lists it is not watched any more
        tag = (cause_text(source.state, words.health), "bad")
    pages = source.checks.get("", Check())
    return SourceView(
        name=source.name,
        home=web_address(source.home),
        kind=words.source_kinds[source.kind],
        tags=(tag,),
        polled_at=source.last_polled_at,
        note=clean(reason_text(source.broken_reason, words.health) or words.say("没有列表")),
        health=_health(pages, words),
        fills=words.comma.join(f"{words.fields[name]} {share:.0%}" for name, share in source.fills.items()),
        lists=tuple(list_view(source, watched, words) for watched in source.lists),
    )


def list_view(source: SourceHealth, watched: WatchedList, words: Words) -> ListView:
    error = watched.last_error or ""
    if not error and source.broken_at and source.broken is None and len(source.lists) == 1:
        error = reason_text(source.broken_reason, words.health) or ""
    check = source.checks.get(watched.url, Check())
    return ListView(
        address=clean(watched.url),
        tags=(_list_tag(source, watched, check, error, words),),
        items=watched.items,
        error=clean(error or watched.warning or ""),
        health=_health(check, words),
        good_at=check.good_at,
        polled_at=watched.last_polled_at,
        next_poll_at=watched.next_poll_at,
    )


def _list_tag(source: SourceHealth, watched: WatchedList, check: Check, error: str, words: Words) -> Tag:
    if check.broken_at and check.trouble:
        return (cause_text(check.trouble.cause, words.health), "bad")
    if error and source.broken_at and source.broken is None:
        return (cause_text("broken", words.health), "bad")
    if error:
        return (words.say("失败 %(n)s 次", n=watched.failures), "warn")
    if check.trouble:
        return (words.say("%(cause)s？", cause=cause_text(check.trouble.cause, words.health)), "warn")
    return _polled_tag(watched.last_polled_at, words)


def _polled_tag(at: datetime | None, words: Words) -> Tag:
    return (words.say("正常"), "good") if at else (words.say("未轮询"), "")


def _health(check: Check, words: Words) -> str:
    """What was expected, what came, since when; "" when nothing is wrong."""
    match check.trouble:
        case Trouble(cause=cause, expected=expected, found=found):
            return clean(
                words.say(
                    "应有 %(expected)s；实得 %(found)s；自 %(since)s",
                    expected=expected_text(expected, words.health),
                    found=found_text(cause, found, words.health),
                    since=local_time(check.since),
                )
            )
        case None:
            return ""


def problem_view(page: Page) -> ProblemView:
    return ProblemView(
        title=clean(page.title or page.source),
        url=web_address(page.url),
        address=address(page.url),
        error=page.error or "",
        message=clean(page.error_message or ""),
        failures=page.failures,
        next_fetch_at=page.next_fetch_at,
    )


def dead_view(root: str, report: Report, version: Version, words: Words) -> DeadView:
    return DeadView(
        name=words.report_name(report_ref(report)),
        href=report_href(root, report.key),
        attempts=version.attempts,
        dead_at=version.dead_at,
        reason=clean(version.dead_reason or ""),
    )


def beat_view(beat: Beat, now: datetime, words: Words) -> BeatView:
    silent = now - beat.beat_at > SILENT_AFTER
    tag: Tag = (words.say("停止"), "bad") if silent else (words.say("运行"), "good")
    role = words.roles.get(beat.role, beat.role)
    return BeatView(beat.role, role, beat.instance, (tag,), beat.started_at, beat.beat_at)


def first_page_counts(counts: Totals, words: Words) -> list[tuple[str, int]]:
    return [
        (words.say("份报告", n=counts.reports), counts.reports),
        (words.say("项目标", n=counts.targets), counts.targets),
        (words.say("处文本", n=counts.copies), counts.copies),
        (words.say("条事件", n=counts.events), counts.events),
        (words.say("个来源", n=counts.sources), counts.sources),
    ]


def status_counts(counts: Counts, words: Words, *, ocr: bool) -> list[tuple[str, int]]:
    return [
        (words.say("待抽取"), counts.waiting),
        (words.say("待比较"), counts.unsettled),
        *([(words.say("待识读"), counts.scans)] if ocr else []),
        (words.say("份放弃的文本", n=counts.dead), counts.dead),
        (words.say("个读不到的网页", n=counts.problems), counts.problems),
        (words.say("个网页", n=counts.pages), counts.pages),
        (words.say("个版本", n=counts.versions), counts.versions),
        (words.say("条事件", n=counts.events), counts.events),
    ]


def delivery_counts(counts: Counts, words: Words) -> list[tuple[str, int]]:
    return [(name, counts.deliveries.get(state, 0)) for state, name in words.delivery_states.items()]


def endpoint_counts(subscriptions: Sequence[Subscription], words: Words) -> list[tuple[str, int]]:
    """How many of each channel, and how many are not well. None is named: anybody may see the page."""
    of = Counter(s.channel for s in subscriptions)
    active = [s for s in subscriptions if s.disabled_at is None]
    return [
        (words.say("webhook 端"), of[Channel.WEBHOOK]),
        (words.say("消息端"), of[Channel.APPRISE]),
        (words.say("邮件端"), of[Channel.MAIL]),
        (words.say("失败中"), sum(s.failing_since is not None and s.paused_at is None for s in active)),
        (words.say("暂停"), sum(s.paused_at is not None for s in active)),
        (words.say("停用"), len(subscriptions) - len(active)),
    ]


def verdict(
    counts: Counts, sources: list[SourceView], beats: list[BeatView], words: Words, *, ocr: bool
) -> tuple[Tag, ...]:
    """One word for the whole: does anybody have to act? `ocr`: somebody is to read scans."""
    at_work = {beat.role for beat in beats if any(tone == "good" for _, tone in beat.tags)}
    if not beats or not set(expected(ocr=ocr)) <= at_work:
        # One of many that fell silent is in the table below; the others do its work.
        return ((words.say("有进程停止" if beats else "没有进程"), "bad"),)
    if any(tone == "bad" for source in sources for _, tone in source.tags):
        return ((words.say("有来源异常"), "warn"),)
    if counts.dead:
        return ((words.say("有放弃的文本"), "warn"),)
    return ((words.say("正常"), "good"),)
