"""A country of local web sites: every family of sources, charset, header shape and fault. Not a test file.

    with World(seed) as world:
        world.sources, world.sites      # what to watch; what each site shows and must be read as
        world.crawl(store, archive)     # with a real poller, over real sockets

Which sites there are is world_plans.py, what their documents say world_texts.py, how it is printed
world_lists.py and world_pages.py; a server with a log of its requests is web_server.py.
"""

# ruff: noqa: E501  (markup as the sites print it)
from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from types import TracebackType
from typing import Self

from ingest.archive.archive import Archive
from ingest.backfill import backfill
from ingest.keeping import Outcome
from ingest.model import Kind, SourceKind
from ingest.pipeline import Pipeline
from ingest.poll import Poller
from ingest.settings import Settings
from ingest.sources.spec import Source
from ingest.store.db import Store
from ingest.web.pace import LocalPace
from ingest.web.session import Web
from tests.support.attached import word
from tests.support.web_server import WebServer, Wire
from tests.support.world_lists import ADDRESSES, LISTS, SECOND, Entry, list_page
from tests.support.world_pages import LABELS, article_page, thread_page
from tests.support.world_plans import PLANS, Plan
from tests.support.world_texts import Text, counties, make_text

REPORTS = (Kind.PLAN_REPORT, Kind.WORK_REPORT)
SPLIT = {"split-counter", "split-links", "split-thread"}
PAGE = 10  # items on a page of a list
GAP = 0.02  # seconds between two requests to one host
YEAR = 2026


@dataclass
class Site:
    """`shown` are the parts of the header that its block prints; `lists` the paths of its list's pages."""

    plan: Plan
    server: WebServer
    source: Source
    entries: list[Entry]
    lists: tuple[str, ...]
    robots: str = ""
    shown: frozenset[str] = frozenset()


class Clock:
    now = datetime(YEAR, 2, 20, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class World:
    """All sites, each on a server of its own. The quirks of a plan:

    paginated, next-link (two pages of list) · order-old-first, order-mixed · split-counter, split-links,
    split-thread (long articles) · twins · broken · noise · twice · metas · attachment · decorated ·
    inside, furniture, logo · crawl-delay, disallow, retry-after, wall
    """

    def __init__(self, seed: int = YEAR, plans: Sequence[Plan] = PLANS) -> None:
        self._plans = plans
        self.rng = random.Random(seed)
        self.clock = Clock()
        self.sites: dict[str, Site] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        regions = counties(self.rng, len(self._plans))
        for plan, region in zip(self._plans, regions, strict=True):
            # Elsewhere the province must be said: several have a 青山区.
            strange = plan.family in ("repost", "discuz")
            texts = [
                make_text(self.rng, region, Kind.WORK_REPORT, YEAR),
                make_text(
                    self.rng, region, Kind.WORK_REPORT if strange else self.rng.choice(REPORTS), YEAR - 1
                ),
                make_text(self.rng, region, Kind.NOTICE, YEAR),
            ]
            if strange or "attachment" in plan.quirks:
                texts = texts[:2]
            self.sites[plan.name] = self._site(plan, self._stack.enter_context(WebServer()), texts)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _site(self, plan: Plan, server: WebServer, texts: list[Text]) -> Site:
        entries = [self._entry(plan, server, text) for text in texts]
        lists = self._publish_list(plan, server, self._in_order(plan, entries))
        robots = {
            "crawl-delay": "User-agent: *\nCrawl-delay: 1\n",
            "disallow": "User-agent: *\nDisallow: /secret/\nDisallow: /*.pdf$\n",
        }
        said = "".join(text for quirk, text in robots.items() if quirk in plan.quirks)
        server.page("/robots.txt", said, status=200 if said else 404, headers={"Content-Type": "text/plain"})
        portal = plan.family not in ("repost", "discuz")
        source = Source.model_validate(
            {
                "slug": plan.name, "name": "某地人民政府", "family": plan.family,
                "kind": SourceKind.PORTAL if portal else SourceKind.REPOST,
                "region": texts[0].region.code if portal else None,
                "delay": GAP, "lists": [server.url(lists[0])], **plan.more,
            }
        )  # fmt: skip
        hidden = {"title", "keywords"} if plan.block in ("bracketed", "columns") else set()
        listed = {"index_number", "document_number"} if plan.form == "column" else set()
        shown = frozenset(LABELS.keys() - hidden) if plan.block else frozenset(listed)
        return Site(plan, server, source, entries, lists, said, shown)

    def _entry(self, plan: Plan, server: WebServer, text: Text) -> Entry:
        path = ADDRESSES[plan.article](text.put_up, self.rng.randint(100_000, 999_999))
        if "decorated" in plan.quirks:
            region = text.region
            spoken = text.header.written_on or text.put_up
            name = f"({region.path[0]}){region.name}人民政府工作报告({spoken.year}年{spoken.month}月{spoken.day}日)"
            text = replace(text, title=name)
        return self._publish(plan, server, text, path)

    def _in_order(self, plan: Plan, entries: Sequence[Entry]) -> list[Entry]:
        order = sorted(entries, key=lambda e: e.text.put_up, reverse="order-old-first" not in plan.quirks)
        if "order-mixed" in plan.quirks:
            self.rng.shuffle(order)
        return order

    def put_up(self, site: Site, text: Text) -> Entry:
        """The site publishes one more document."""
        entry = self._entry(site.plan, site.server, text)
        site.entries.append(entry)
        self.list_anew(site)
        return entry

    def take_down(self, site: Site, entry: Entry) -> None:
        site.entries.remove(entry)
        for path in (entry.path, *entry.pages):
            site.server.page(path, "not here", status=404)
        self.list_anew(site)

    def correct(self, site: Site, entry: Entry, text: Text) -> None:
        """The same document at the same address says something else now."""
        site.entries[site.entries.index(entry)] = self._publish(site.plan, site.server, text, entry.path)

    def list_anew(self, site: Site) -> None:
        self._publish_list(site.plan, site.server, self._in_order(site.plan, site.entries))

    def _publish_list(self, plan: Plan, server: WebServer, order: list[Entry]) -> tuple[str, ...]:
        first = LISTS[plan.form]
        titles = [e.text.title for e in order]
        if "paginated" in plan.quirks:
            ends, paths = [0, 2, len(order)], (first, SECOND[plan.form])
        elif plan.form == "ul":
            ends = [*range(0, max(len(order), 1), PAGE), len(order)]
            paths = (first, *(f"{first}index_{n}.html" for n in range(1, len(ends) - 1)))
        else:
            ends, paths = [0, len(order)], (first,)
        halves = [(order[a:b], titles[a:b]) for a, b in pairwise(ends)]
        for path, (some, called) in zip(paths, halves, strict=True):
            page = list_page(plan, server.url(""), some, called, len(halves))
            if "disallow" in plan.quirks:
                page = page.replace(
                    "</ul><script>",
                    '<li><a href="/secret/202601/t20260105_9.html">某地内部工作报告的通知</a><span>2026-01-05</span></li></ul><script>',
                )
            if "wall" in plan.quirks:
                server.page(
                    path, '<html><script>document.cookie="a=1";location.reload()</script></html>', status=412
                )
                continue
            type_ = (
                "application/json"
                if page[:1] in "{["
                else "text/xml"
                if page.startswith("<?xml")
                else "text/html"
            )
            self._serve(plan, server, path, page, type_)
        return paths

    def _serve(self, plan: Plan, server: WebServer, path: str, page: str, type_: str = "text/html") -> None:
        charset = "utf-8" if type_ == "application/json" else plan.charset
        raw = page.encode(charset)
        etag = f'"{hashlib.sha256(raw).hexdigest()[:16]}"'
        headers = {
            "Content-Type": type_ if type_ == "text/html" else f"{type_}; charset={charset}",
            "ETag": etag,
        }

        def answer(wire: Wire) -> None:
            if wire.seen.headers.get("if-none-match") == etag:
                wire.answer(b"", 304, {"ETag": etag})
            else:
                wire.answer(raw, 200, headers)

        server.script(path, answer)

    def _publish(self, plan: Plan, server: WebServer, text: Text, path: str) -> Entry:
        rng, lines = self.rng, text.lines
        stem, dot, ending = path.rpartition(".")
        if "attachment" in plan.quirks:
            file = f"{path.rpartition('/')[0]}/P0{rng.randint(10**6, 10**7)}.docx"
            server.page(file, word(lines, text.title), headers={"Content-Type": "application/octet-stream"})
            page = article_page(
                rng, plan, text, ["见附件。"], after=f'<p>附件：<a href="{file}">{text.title}.docx</a></p>'
            )
            self._serve(plan, server, path, page)
            return Entry(text, path, (file,))
        pieces = _pieces(lines) if plan.quirks & SPLIT and text.kind is not Kind.NOTICE else [lines]
        if plan.article == "thread":
            posts: list[list[tuple[int, Sequence[str]]]] = [[(7, piece)] for piece in pieces]
            posts[0] += [
                (8, ["沙发，谢谢楼主分享，辛苦了，先收藏再慢慢看，回头细读一遍再来说说自己的看法。"])
            ]
            more = [f"{path}&page={n}" for n in range(2, len(posts) + (2 if len(posts) > 1 else 1))]
            if more:
                posts.append([(9, ["路过看看，这份报告写得很实在，希望每一件都能办成，明年再来对照一遍。"])])
            for address, said in zip([path, *more], posts, strict=True):
                self._serve(plan, server, address, thread_page(plan, text, said, more))
            return Entry(text, path, tuple(more))
        first = 1 if "split-counter" in plan.quirks else 2
        more = [f"{stem}_{n}{dot}{ending}" for n in range(first, first + len(pieces) - 1)]
        after = (
            f'<script>createPageHTML({len(pieces)}, 0, "{stem.rpartition("/")[2]}", "html");</script>'
            if "split-counter" in plan.quirks
            else ""
        )
        if "split-links" in plan.quirks:
            links = "".join(f'<a href="{p.rpartition("/")[2]}">{n}</a> ' for n, p in enumerate(more, 2))
            after = f'<p class="fy">上一页 <a href="{path}">1</a> {links}<a href="{more[0].rpartition("/")[2]}">下一页</a></p>'
        for number, (address, piece) in enumerate(zip([path, *more], pieces, strict=True), 1):
            page = article_page(rng, plan, text, piece, after=after, part=number)
            self._serve(plan, server, address, page)
        if "retry-after" in plan.quirks:
            _busy_at_first(server, path)
        return Entry(text, path, tuple(more))

    # --- looking at it ---

    @property
    def sources(self) -> dict[str, Source]:
        return {name: site.source for name, site in self.sites.items()}

    def crawl(self, store: Store, archive: Archive | None = None) -> list[Outcome]:
        """Everything that is due, by a real poller; of lists with further pages all of them."""

        async def go() -> list[Outcome]:
            settings = Settings(allow_hosts=("127.0.0.1",), host_delay=GAP)
            pipeline = Pipeline(store, None, self.sources, now=self.clock, chance=lambda: 0.5)
            async with Web.from_settings(settings, archive, pace=LocalPace(GAP)) as web:
                poller = Poller(pipeline, web)
                for site in self.sites.values():
                    if len(site.lists) > 1:
                        await asyncio.to_thread(poller.watch)
                        assert all([step.fine async for step in backfill(poller, site.source, 3)])
                rounds = await poller.once()
            return [outcome for one in rounds for outcome in one.outcomes]

        return asyncio.run(go())

    def requests(self) -> dict[str, list[str]]:
        return {name: site.server.paths() for name, site in self.sites.items()}

    def forget_requests(self) -> None:
        for site in self.sites.values():
            site.server.seen.clear()


def _pieces(lines: Sequence[str]) -> list[Sequence[str]]:
    """Three pages; the second begins in the middle of a sentence."""
    at = next(n for n, line in enumerate(lines) if n > len(lines) // 3 and "，" in line and len(line) > 20)
    end = len(lines) - 4
    half = lines[at].index("，") + 1
    return [[*lines[:at], lines[at][:half]], [lines[at][half:], *lines[at + 1 : end]], lines[end:]]


def _busy_at_first(server: WebServer, path: str) -> None:
    real = server._pages[path]
    asked: list[str] = []

    def answer(wire: Wire) -> None:
        asked.append(path)
        if len(asked) == 1:
            wire.answer(b"", 503, {"Retry-After": "1"})
        else:
            real(wire)

    server.script(path, answer)
