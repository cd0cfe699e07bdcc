"""What `gongbao doctor` makes of what the database says: each fault with what to do about it. Pure.

Who is asked, and what is found where there is no database to ask, is doctor.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from alerts.delivery.notices import host_only
from alerts.words.health import Language, reason_text
from ingest.errors import UnexpectedError
from ingest.model import Page, Subscription
from ingest.process.terminal import counted
from ingest.roles import SILENT_AFTER, Role
from ingest.store.overview import Counts, SourceHealth
from ingest.store.presence import Beat

_LOOK = "`gongbao sources check {slug}` shows what it yields now"
_SCRIPTED = "`gongbao sources new` proposes what a script asks for that fills it"
# What to do about a broken source, by its state (ingest/watch/health.py).
REMEDIES: Mapping[str, str] = {
    "broken": _LOOK,
    "layout_changed": f"The site was made anew: {_LOOK}; correct `list` or `family` in its file; {_SCRIPTED}",
    "empty_list": f"The column moved, or is filled by a script: {_LOOK}; correct `lists`; {_SCRIPTED}",
    "too_few_items": f"{_LOOK}; if that is all there is, say so with `items` under [expect]",
    "dates_back": f'{_LOOK}; if the list is not in the order of time, say `dates = "any"` under [expect]',
    "fields_missing": f"The template changed: {_LOOK}; correct `article`, or say so under [expect]",
    "block_page": "A firewall keeps us out: open the site in a browser, lengthen `delay`, ask the site, or"
    " try another network; some answer only inside China",
    "cookie_wall": "The site wants a browser: look for its list as JSON or RSS, or watch a repost of it",
    "certificate": "Open the site in a browser: to renew its certificate is the site's business",
    "tls": 'The server speaks old TLS: say `tls = "legacy"` in its file',
    "dns": "The site has moved or merged: find its new name and correct `lists` and `home`",
    "unreachable": "It has not answered for a day: try another network; some answer only inside China",
    "robots": "robots.txt forbids the list: take it out of the file, or ask the site",
    "gone": f"The column has another address now: {_LOOK}; correct `lists`",
    "refused_address": "Its name leads to an address that is not public; GONGBAO_ALLOW_HOSTS if it is yours",
    "bad_answer": f"What came is no page: {_LOOK}",
    "articles": f"Its list is well, its articles are not: {_LOOK}; correct `lists` or `url_pattern`",
    "internal_error": "A fault of gongbao's own: report it, with its traceback from the poller's log",
}


class Level(StrEnum):
    OK = "ok"
    NOTE = "note"  # worth knowing, nothing to do
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    level: Level
    about: str
    text: str


def stored(name: str, counts: Counts) -> Finding:
    return Finding(
        Level.OK,
        "database",
        f"{name}: {counted(counts.reports, 'report')}, {counted(counts.versions, 'version')}, "
        f"{counted(counts.targets, 'target')}, {counted(counts.events, 'event')}",
    )


def at_work(roles: Sequence[Role], beats: Sequence[Beat], now: datetime) -> Iterator[Finding]:
    for role in roles:
        alive = [beat for beat in beats if beat.role == role and now - beat.beat_at <= SILENT_AFTER]
        if alive:
            yield Finding(
                Level.OK, role, f"{len(alive)} at work, last heard of {max(b.beat_at for b in alive):%T}Z"
            )
        else:
            command = " ".join(role.command)
            yield Finding(Level.NOTE, role, f"nobody at work; `gongbao up` or `gongbao {command}` starts one")


def to_do(counts: Counts, *, ocr: bool) -> Finding:
    scans = counts.scans if ocr else 0
    behind = counts.waiting + counts.unsettled + scans
    return Finding(
        Level.NOTE if behind else Level.OK,
        "to do",
        f"{counted(counts.waiting, 'version')} to extract, {counted(counts.unsettled, 'report')} to compare, "
        f"{counted(counts.deliveries.get('due', 0), 'delivery')} due"
        + (f", {counted(scans, 'scan')} to read" if scans else ""),
    )


def put_aside(counts: Counts) -> Iterator[Finding]:
    if counts.dead:
        yield Finding(
            Level.FAULT,
            "dead documents",
            f"{counts.dead} stopped their worker again and again; see /status; `gongbao revive`",
        )
    if counts.internal:
        yield Finding(
            Level.FAULT,
            "faults of gongbao",
            f"{counts.internal} pages or lists cannot be read ({UnexpectedError.__name__}); "
            "report them, with their tracebacks from the poller's log",
        )
    if counts.aside:
        yield Finding(
            Level.FAULT, "pages put aside", f"{counts.aside} could not be read to their end; see /status"
        )


def ailing_endpoints(endpoints: Sequence[Subscription]) -> Iterator[Finding]:
    for endpoint in endpoints:
        if endpoint.disabled_at is not None:
            yield Finding(
                Level.NOTE,
                endpoint.channel.value,
                f"{endpoint.id} ({host_only(endpoint)}) disabled since {endpoint.disabled_at:%F %R}Z: "
                f"{endpoint.disabled_reason}; "
                "`gongbao webhooks enable` switches it on",
            )
        elif endpoint.failing_since is not None:
            yield Finding(
                Level.NOTE,
                endpoint.channel.value,
                f"{endpoint.id} ({host_only(endpoint)}) failing since {endpoint.failing_since:%F %R}Z; "
                f"`gongbao webhooks log {endpoint.id}` shows the answers",
            )


def given_up(counts: Counts) -> Iterator[Finding]:
    if dead := counts.deliveries.get("dead", 0):
        yield Finding(
            Level.NOTE, "deliveries", f"{dead} given up; `gongbao webhooks list` shows the endpoints"
        )


def ailing_sources(sources: Sequence[SourceHealth]) -> Iterator[Finding]:
    for source in sources:
        if source.broken_at is not None and source.lists:  # without lists it is not watched any more
            yield Finding(
                Level.FAULT,
                f"source {source.slug}",
                f"since {source.broken_at:%F %R}Z: {reason_text(source.broken_reason, Language.ENGLISH)}. "
                + REMEDIES[source.state].format(slug=source.slug),
            )
        for watched in source.lists:
            if watched.warning:
                yield Finding(Level.NOTE, f"list of {source.slug}", f"{watched.url}: {watched.warning}")


def unread_pages(problems: Sequence[Page], counts: Counts) -> Iterator[Finding]:
    """`problems`: some of them."""
    for page in problems:
        yield Finding(Level.NOTE, f"page of {page.source}", f"{page.url}: {page.error}: {page.error_message}")
    if counts.problems > len(problems):
        yield Finding(Level.NOTE, "pages", f"{counts.problems - len(problems)} more with errors; see /status")
