"""From a government's home page to the columns its reports stand in.

A site is asked for a few dozen pages at most, each in its host's turn: the home page, the columns that it or
its disclosure pages name, its sitemap. Which links to follow is page/columns.py. The file that is proposed is
for people to read; writing one for a list that is known is draft.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from ingest.errors import FetchError, ParseError
from ingest.exchange import Request
from ingest.model import ListItem, SourceKind
from ingest.page.columns import ColumnKind, ColumnLink, column_links, hub_links
from ingest.page.feed_lists import read_sitemap
from ingest.page.json_lists import Keys, guess_keys, parse_json
from ingest.page.onward import frame_of
from ingest.page.script_requests import asked_for
from ingest.sources.draft import toml_value
from ingest.sources.items import list_text, read_text_items
from ingest.sources.recognise import recognise
from ingest.sources.spec import Source
from ingest.web.session import Web

BUDGET = 24  # requests a site
DEEPEST = 3  # links from the home page
_OF_REPORTS = (ColumnKind.WORK_REPORT, ColumnKind.PLAN_REPORT)
_PROPOSED = (*_OF_REPORTS, ColumnKind.PLANNING)
# What the items of each column are called.
_ITEMS = {
    ColumnKind.WORK_REPORT: re.compile(r"工作报告|政府报告"),
    ColumnKind.PLAN_REPORT: re.compile(r"国民经济.{0,12}计划|计划.{0,30}报告"),
    ColumnKind.PLANNING: re.compile(r"计划.{0,30}报告|规划|计划|国民经济"),
}
_OF_OTHERS = re.compile(r"法治政府|信息公开工作|政务公开|部门|街道|[乡镇]|法院|检察院|人大常委会")
_BELOW = re.compile(r"县市|市县|区县|县区|市州|旗县|[各地][市州县区]")  # 县市区政府工作报告
_YEAR = re.compile(r"(20\d\d)\s*年?")


class Reason(StrEnum):
    """Why nothing was found."""

    UNREACHABLE = "unreachable"  # the home page cannot be had
    BLOCKED = "blocked"  # a wall, or robots.txt
    UNREADABLE = "unreadable"  # no page with links: written by a script
    NOT_LINKED = "not_linked"  # nothing on the way is called a column of reports
    EMPTY = "empty"  # columns are named, and none of them has a list that holds reports


@dataclass(frozen=True, slots=True)
class Found:
    """A column that holds reports: its list, and the newest report in it."""

    url: str
    kind: ColumnKind
    family: str
    text: str  # what the link says
    items: int
    newest: str  # the title
    newest_on: date | None
    reports: int  # of the items that are called like one
    post: str | None = None  # what it is asked with, None: by GET
    json: Keys | None = None  # its keys, where the family has none of its own

    def as_json(self) -> dict[str, Any]:
        return {
            "url": self.url,
            "post": self.post,
            "json": self.json,
            "kind": self.kind.value,
            "family": self.family,
            "text": self.text,
            "items": self.items,
            "reports": self.reports,
            "newest": self.newest,
            "newest_on": self.newest_on.isoformat() if self.newest_on else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        day = data["newest_on"]
        return cls(
            **{
                **data,
                "kind": ColumnKind(data["kind"]),
                "newest_on": date.fromisoformat(day) if day else None,
            }
        )


@dataclass(frozen=True, slots=True)
class Discovery:
    """What came of one site. `reason` is None where a column of reports was found."""

    home: str
    region: str | None
    name: str
    columns: tuple[Found, ...]
    requests: int
    reason: Reason | None
    detail: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "home": self.home,
            "region": self.region,
            "name": self.name,
            "columns": [column.as_json() for column in self.columns],
            "requests": self.requests,
            "reason": self.reason.value if self.reason else None,
            "detail": self.detail,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            **{
                **data,
                "columns": tuple(map(Found.from_json, data["columns"])),
                "reason": Reason(data["reason"]) if data["reason"] else None,
            }
        )


@dataclass(slots=True)
class _Search:
    """The walk over one site: what is still to be asked, and what was seen."""

    web: Web
    host: str
    budget: int
    now: datetime
    requests: int = 0
    asked: set[str] = field(default_factory=set)
    named: dict[str, ColumnLink] = field(default_factory=dict)
    hubs: list[tuple[int, str]] = field(default_factory=list)
    found: dict[str, Found] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    @property
    def spent(self) -> bool:
        return self.requests >= self.budget

    async def text_of(self, url: str, post: str | None = None) -> tuple[str, str]:
        """The text of a page, and its address in the end. Raises FetchError, ParseError."""
        self.requests += 1
        self.asked.add(url)
        fetched = await self.web.fetch(Request(url, post=post))
        self.asked.add(fetched.final_url)
        return list_text(fetched.body, fetched.content_type, fetched.final_url), fetched.final_url

    def note_links(self, text: str, url: str, depth: int) -> None:
        """Keep the columns and the pages that lead on, of this site alone."""
        for link in column_links(text, url):
            if link.kind in _PROPOSED and self.is_ours(link.url):
                self.named.setdefault(link.url, link)
        if depth < DEEPEST:
            known = {address for _, address in self.hubs}
            self.hubs += [
                (depth + 1, address)
                for address in hub_links(text, url)
                if self.is_ours(address) and address not in known
            ]

    def is_ours(self, url: str) -> bool:
        host = urlsplit(url).hostname or ""
        return host == self.host or _site(host) == _site(self.host)


async def discover(
    web: Web,
    home: str,
    now: datetime,
    *,
    region: str | None = None,
    name: str = "",
    budget: int = BUDGET,
) -> Discovery:
    """Look for the columns of reports of the site at `home`, with `budget` requests at most.

    Raises nothing that a site can cause: what went wrong is the `reason`.
    """
    search = _Search(web, urlsplit(home).hostname or "", budget, now)
    try:
        text, url = await search.text_of(home)
    except FetchError as exc:
        blocked = exc.code == "Blocked"
        return _nothing(search, home, region, name, Reason.BLOCKED if blocked else Reason.UNREACHABLE, exc)
    except ParseError as exc:
        return _nothing(search, home, region, name, Reason.UNREADABLE, exc)
    search.host = urlsplit(url).hostname or search.host
    search.note_links(text, url, 0)
    linked = bool(search.named or search.hubs)
    while not search.spent:
        if await _look_at_columns(search):
            break
        if not await _look_further(search):
            await _look_at_sitemap(search, home)
            await _look_at_columns(search)
            break
    if not search.found:
        reason = Reason.EMPTY if search.named else Reason.NOT_LINKED if linked else Reason.UNREADABLE
        return _nothing(search, home, region, name, reason, None)
    return Discovery(home, region, name, _best(search.found.values()), search.requests, None)


async def _look_at_columns(search: _Search) -> bool:
    """Read the columns that were named and not looked at; whether that of work reports is found now."""
    order = sorted(search.named.values(), key=lambda link: tuple(ColumnKind).index(link.kind))
    for link in order:
        if search.spent:
            break
        if link.url in search.asked:
            continue
        if link.kind is ColumnKind.PLANNING and not _has(search, ColumnKind.WORK_REPORT):
            continue  # at the end, if anything is left of the budget
        await _look_at_column(search, link)
    return _has(search, ColumnKind.WORK_REPORT)


async def _look_at_column(search: _Search, link: ColumnLink) -> None:
    try:
        text, url = await search.text_of(link.url)
    except (FetchError, ParseError) as exc:
        search.failures.append(f"{link.url}: {exc.code}")
        return
    search.note_links(text, url, DEEPEST - 1)
    if _keep(search, link, text, url):
        return
    with suppress(FetchError, ParseError):
        frame = None if search.spent else frame_of(text, url)
        if frame and frame not in search.asked and _keep(search, link, *await search.text_of(frame)):
            return
    for asked in asked_for(text, url):
        if search.spent or str(asked) in search.asked or not search.is_ours(asked.url):
            continue
        search.asked.add(str(asked))
        with suppress(FetchError, ParseError):
            said, _ = await search.text_of(asked.url, asked.post)
            # Two lists that are asked by POST may have one address.
            place = asked.url if asked.post is None else f"{asked.url}#{link.kind.value}"
            if _keep(search, link, said, place, asked.paged):
                return


def _keep(search: _Search, link: ColumnLink, text: str, url: str, post: str | None = None) -> bool:
    """Read the list at `url`, and keep it where its items are what the column is called after; whether they
    are."""
    family = recognise(text, url).family.name
    try:
        keys = guess_keys(parse_json(text, url)) if family == "json" else None
        source = Source.model_validate(
            {
                "slug": "discovered",
                "name": "discovered",
                "family": family,
                "kind": SourceKind.PORTAL,
                "lists": [url],
                **({"json": keys} if keys else {}),
            }
        )
        items = read_text_items(text, url, source, search.now)
    except (ParseError, ValueError) as exc:
        search.failures.append(f"{url}: {getattr(exc, 'code', 'no list')}")
        return False
    if column := _judge(link, url, family, items):
        search.found[url] = replace(column, post=post, json=keys)
    return column is not None


def _judge(link: ColumnLink, url: str, family: str, items: tuple[ListItem, ...]) -> Found | None:
    """The column, if its items are what it is called after."""
    called = _ITEMS[link.kind]
    reports = [item for item in items if called.search(item.title) and not _OF_OTHERS.search(item.title)]
    if not reports or len(reports) * 4 < len(items):
        return None
    newest = max(reports, key=lambda item: (item.published_on or date.min, _year(item.title)))
    return Found(
        link.url if url == link.url else url,
        link.kind,
        family,
        link.text,
        len(items),
        newest.title,
        newest.published_on,
        len(reports),
    )


def _year(title: str) -> int:
    return max((int(year) for year in _YEAR.findall(title)), default=0)


async def _look_further(search: _Search) -> bool:
    """Read the likeliest page that leads on; False when there is none left."""
    for index, (depth, address) in enumerate(search.hubs):
        if address in search.asked:
            continue
        del search.hubs[: index + 1]
        try:
            text, url = await search.text_of(address)
        except (FetchError, ParseError) as exc:
            search.failures.append(f"{address}: {exc.code}")
            return True
        search.note_links(text, url, depth)
        return True
    return False


async def _look_at_sitemap(search: _Search, home: str) -> None:
    if search.spent:
        return
    try:
        text, url = await search.text_of(urljoin(home, "/sitemap.xml"))
        items = read_sitemap(text, url, url_pattern=None)
    except (FetchError, ParseError):
        return
    page = "".join(f'<a href="{item.url}">{item.title}</a>' for item in items[:5000])
    search.note_links(page, url, DEEPEST)


def _has(search: _Search, kind: ColumnKind) -> bool:
    return any(column.kind is kind for column in search.found.values())


def _best(found: Iterable[Found]) -> tuple[Found, ...]:
    """The columns by kind: the government's own before those of the governments below it, full ones first."""
    order = tuple(ColumnKind)
    return tuple(
        sorted(
            found,
            key=lambda one: (order.index(one.kind), bool(_BELOW.search(one.text)), -one.reports, one.url),
        )
    )


def _nothing(
    search: _Search, home: str, region: str | None, name: str, reason: Reason, exc: Exception | None
) -> Discovery:
    detail = str(exc) if exc else "; ".join(search.failures[:5])
    return Discovery(home, region, name, (), search.requests, reason, detail)


def _site(host: str) -> str:
    """The part of a host that its pages have in common: www.cqck.gov.cn and zwgk.cqck.gov.cn are one site."""
    parts = host.split(".")
    keep = 3 if parts[-2:] == ["gov", "cn"] or parts[-2:] == ["com", "cn"] else 2
    return ".".join(parts[-keep:])


def source_text(found: Discovery, on: date) -> str:
    """The source file that is proposed, as TOML. `on`: the day it was seen."""
    families = [column.family for column in found.columns]
    family = max(dict.fromkeys(families), key=families.count)
    lines = [f"name = {toml_value(found.name or urlsplit(found.home).hostname or found.home)}"]
    if family != "plain":
        lines.append(f"family = {toml_value(family)}")
    if found.region:
        lines.append(f"region = {toml_value(found.region)}")
    lines += [f"home = {toml_value(found.home)}", f"verified = {on.isoformat()}"]
    for column in found.columns:
        day = f"{column.newest_on}, " if column.newest_on else ""
        seen = f"{on.isoformat()}, {column.reports} of {column.items} items; {day}{column.newest}"
        lines += [
            "",
            "[[lists]]",
            f"url = {toml_value(column.url)}",
            *([f"post = {toml_value(column.post)}"] if column.post is not None else []),
            f"kind = {toml_value(column.kind.value)}",
            f"seen = {toml_value(seen)}",
        ]
    if keys := next((column.json for column in found.columns if column.json), None):
        lines += ["", "[json]", *(f"{key} = {toml_value(path)}" for key, path in keys.items())]
    return "\n".join(lines) + "\n"
