"""Which feeds have a name in the world: the whole, one for each province, the saved ones. Pure.

These are listed in the OPML and told to the WebSub hub (websub.py); a feed of any other query is served all
the same (web/feeds/routes.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import quote, urlencode

from ingest.filters import matches, of_reports
from ingest.model import Event, Filter
from ingest.regions.english import english_name
from ingest.regions.gazetteer import region_by_code

EXTENSIONS = ("atom", "rss", "json")
LANGUAGES = {"zh": "zh-CN", "en": "en"}  # ?lang= -> xml:lang


@dataclass(frozen=True, slots=True)
class Topic:
    """A feed with a name. `path` is its address without extension; `query` what stands after "?"."""

    path: str
    query: str
    title: str
    filter: Filter
    title_en: str | None = None  # where it is another

    def named(self, lang: str) -> str:
        return self.title_en or self.title if lang == "en" else self.title

    def address(self, base: str, extension: str, lang: str = "zh") -> str:
        query = "&".join(filter(None, [self.query, "" if lang == "zh" else urlencode({"lang": lang})]))
        return f"{base}{self.path}.{extension}{'?' + query if query else ''}"


def page_of(filter: Filter) -> str:
    """The path of the page that shows what such a feed tells of: that of its region, where it has one."""
    return f"/regions/{quote(filter.regions[0])}" if len(filter.regions) == 1 else "/"


@cache
def regional() -> tuple[Topic, ...]:
    """The whole and the provinces, in the order of GB/T 2260."""
    provinces = (region_by_code(f"{number}0000") for number in range(11, 83))
    return (
        Topic("/feed", "", "全部", of_reports(Filter()), "all"),
        *(
            Topic(
                "/feed",
                urlencode({"region": p.code}),
                p.name,
                of_reports(Filter(regions=(p.code,))),
                english_name(p.code),
            )
            for p in provinces
            if p is not None and p.code is not None
        ),
    )


def saved(id: str, name: str, filter: Filter) -> Topic:
    return Topic(f"/feeds/{id}", "", name, of_reports(filter))


def is_regional(query: str) -> bool:
    """Is the feed of this query (in its one spelling) the whole or a province?"""
    return any(topic.query == query for topic in regional())


def changed_addresses(events: Iterable[Event], topics: Iterable[Topic], base: str) -> Iterator[str]:
    """The addresses of all feeds, in every format and language, that these events change."""
    all_events = list(events)
    for topic in topics:
        if any(matches(topic.filter, event) for event in all_events):
            for lang in LANGUAGES:
                yield from (topic.address(base, extension, lang) for extension in EXTENSIONS)
