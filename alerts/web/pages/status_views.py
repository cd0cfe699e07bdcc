"""What is said of sources, pages with errors, processes and deliveries, ready to print. Pure.

Reports and their figures are report_views.py; which rows are read is routes.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.listing.records import report_ref
from alerts.web.pages.report_views import Tag, address, report_href
from alerts.words.chinese import DELIVERY_STATES, FIELDS, ROLES, SOURCE_KINDS, local_time
from alerts.words.health import cause_text, expected_text, found_text, reason_text
from alerts.words.safe_text import clean, web_address
from ingest.model import Channel, Page, Report, Subscription, Version, WatchedList
from ingest.store.overview import Counts, SourceHealth
from ingest.store.presence import Beat
from ingest.watch.health import Check, Trouble

SILENT = timedelta(minutes=2)  # a process that has not beaten for so long counts as stopped


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
    instance: str
    tags: tuple[Tag, ...]
    started_at: datetime
    beat_at: datetime


def source_view(source: SourceHealth) -> SourceView:
    tag: Tag = ("正常", "good") if source.last_polled_at else ("未轮询", "")
    if source.broken_at and source.lists:  # without lists it is not watched any more
        tag = (cause_text(source.state), "bad")
    pages = source.checks.get("", Check())
    return SourceView(
        name=source.name,
        home=web_address(source.home),
        kind=SOURCE_KINDS[source.kind],
        tags=(tag,),
        polled_at=source.last_polled_at,
        note=clean(reason_text(source.broken_reason) or "没有列表"),
        health=_health(pages),
        fills="，".join(f"{FIELDS[name]} {share:.0%}" for name, share in source.fills.items()),
        lists=tuple(list_view(source, watched) for watched in source.lists),
    )


def list_view(source: SourceHealth, watched: WatchedList) -> ListView:
    error = watched.last_error or ""
    if not error and source.broken_at and source.broken is None and len(source.lists) == 1:
        error = reason_text(source.broken_reason) or ""
    check = source.checks.get(watched.url, Check())
    return ListView(
        address=clean(watched.url),
        tags=(_list_tag(source, watched, check, error),),
        items=watched.items,
        error=clean(error or watched.warning or ""),
        health=_health(check),
        good_at=check.good_at,
        polled_at=watched.last_polled_at,
        next_poll_at=watched.next_poll_at,
    )


def _list_tag(source: SourceHealth, watched: WatchedList, check: Check, error: str) -> Tag:
    if check.broken_at and check.trouble:
        return (cause_text(check.trouble.cause), "bad")
    if error and source.broken_at and source.broken is None:
        return ("异常", "bad")
    if error:
        return (f"失败 {watched.failures} 次", "warn")
    if check.trouble:
        return (f"{cause_text(check.trouble.cause)}？", "warn")
    return ("正常", "good") if watched.last_polled_at else ("未轮询", "")


def _health(check: Check) -> str:
    """What was expected, what came, since when; "" when nothing is wrong."""
    match check.trouble:
        case Trouble(cause=cause, expected=expected, found=found):
            text = f"应有 {expected_text(expected)}；实得 {found_text(cause, found)}"
            return clean(f"{text}；自 {local_time(check.since)}")
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


def dead_view(root: str, report: Report, version: Version) -> DeadView:
    return DeadView(
        name=report_ref(report)["name"],
        href=report_href(root, report.key),
        attempts=version.attempts,
        dead_at=version.dead_at,
        reason=clean(version.dead_reason or ""),
    )


def beat_view(beat: Beat, now: datetime) -> BeatView:
    tag: Tag = ("停止", "bad") if now - beat.beat_at > SILENT else ("运行", "good")
    return BeatView(ROLES.get(beat.role, beat.role), beat.instance, (tag,), beat.started_at, beat.beat_at)


def first_page_counts(counts: Counts) -> list[tuple[str, int]]:
    return [
        ("份报告", counts.reports),
        ("项目标", counts.targets),
        ("处文本", counts.copies),
        ("条事件", sum(counts.events.values())),
        ("个来源", counts.sources),
    ]


def status_counts(counts: Counts) -> list[tuple[str, int]]:
    return [
        ("待抽取", counts.waiting),
        ("待比较", counts.unsettled),
        ("放弃的文本", counts.dead),
        ("读不到的网页", counts.problems),
        ("网页", counts.pages),
        ("版本", counts.versions),
        ("事件", sum(counts.events.values())),
    ]


def delivery_counts(counts: Counts) -> list[tuple[str, int]]:
    return [(words, counts.deliveries.get(state, 0)) for state, words in DELIVERY_STATES.items()]


def endpoint_counts(subscriptions: Sequence[Subscription]) -> list[tuple[str, int]]:
    """How many of each channel, and how many are not well. None is named: anybody may see the page."""
    of = Counter(s.channel for s in subscriptions)
    active = [s for s in subscriptions if s.disabled_at is None]
    return [
        ("webhook 端", of[Channel.WEBHOOK]),
        ("消息端", of[Channel.APPRISE]),
        ("失败中", sum(s.failing_since is not None and s.paused_at is None for s in active)),
        ("暂停", sum(s.paused_at is not None for s in active)),
        ("停用", len(subscriptions) - len(active)),
    ]


def verdict(counts: Counts, sources: list[SourceView], beats: list[BeatView]) -> tuple[Tag, ...]:
    """One word for the whole: does anybody have to act?"""
    at_work = {beat.role for beat in beats if any(tone == "good" for _, tone in beat.tags)}
    if not beats or not {ROLES[role] for role in ("poll", "work", "send")} <= at_work:
        # One of many that fell silent is in the table below; the others do its work.
        return (("有进程停止" if beats else "没有进程", "bad"),)
    if any(tone == "bad" for source in sources for _, tone in source.tags):
        return (("有来源异常", "warn"),)
    if counts.dead:
        return (("有放弃的文本", "warn"),)
    return (("正常", "good"),)
