"""The shape of a source file. Validation only; reading files is load.py, CSS selectors are used in page/.

name = "城口县人民政府"
family = "zwxl"                           # what families.py knows; default "plain"
region = "500229"                         # GB/T 2260; what 本县 means on this site
lists = ["https://www.cqck.gov.cn/zwgk/zfgzbg/"]

That is a whole file where the family is known. What else it may say:

slug = "cq-chengkou"                      # the file's name, which is the default
kind = "portal"                           # portal | repost | forum; only a portal is official
home = "https://www.cqck.gov.cn/"         # default: the host of the first list
verified = "never"                        # when somebody last saw it work: a date, or "never"
enabled = false                           # known, but not watched unless `poll --source` names it
note = "…"                                # for people
interval = "2h"                           # fixed; with `slowest` the shortest wait; neither: 15 min to 24 h
cookies = true                            # only where the site wants one back at every request
tls = "legacy"                            # only where the site's TLS is too old for today's defaults

[[lists]]                                 # instead of an address alone
url = "https://www.cqck.gov.cn/zwgk/zfgzbg/"
kind = "work_report"                      # what the column holds: ColumnKind (page/columns.py)
region = "500229"                         # whose reports stand there, where that is not the site's region
seen = "2026-02, an article under this folder"  # by what the column is known
pages = "index_{page0}.html"              # where it goes on, if the page does not say (page/pagination.py)
post = '{"pageNum": {page}}'              # instead of `pages`: asked by POST, with this form or JSON

[list]                                    # only where family and generic reader need help
item = "ul.tab-item li"
url_pattern = "/t20\\\\d{6}_\\\\d+\\\\.html$"

[json]                                    # only with a family whose lists are JSON
items = "data.list"

[article]
body = "div.trs_editor_view"

[expect]                                  # only where it is not as usual for the kind (watch/health.py)
items = 5
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from ingest.errors import ConfigError
from ingest.model import ArticleLayout, ListLayout, SourceKind
from ingest.page.columns import ColumnKind
from ingest.page.json_lists import JsonLayout
from ingest.page.pagination import Paging, fill
from ingest.page.urls import ascii_host
from ingest.regions.named import region_named
from ingest.sources.families import FAMILIES, Family, Form
from ingest.text.given_name import given_name
from ingest.watch.health import Expect, expect_of
from ingest.watch.schedule import LONGEST, SHORTEST, Bounds

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONGEST = 3_653 * 86_400  # seconds; beyond the calendar there is no next look


def _duration(value: object) -> object:
    """ "15m", "2.5s", "24h", "7d" -> timedelta; anything else is left for pydantic to refuse."""
    if isinstance(value, str) and (m := _DURATION.fullmatch(value.strip())):
        if (seconds := float(m[1]) * _SECONDS[m[2]]) > _LONGEST:
            raise ValueError("longer than ten years")
        return timedelta(seconds=seconds)
    if isinstance(value, timedelta):
        return value
    raise ValueError('a duration is a number with s, m, h or d, such as "15m"')


def _longer_than_nothing(value: timedelta) -> timedelta:
    if not value:
        raise ValueError('a duration is more than nothing, such as "15m"')
    return value


Duration = Annotated[timedelta, BeforeValidator(_duration), AfterValidator(_longer_than_nothing)]


def _looked_at(value: object) -> object:
    """ "2026-02-01" -> date."""
    if value == "never" or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as exc:
        raise ValueError('a date such as "2026-02-01", or "never"') from exc


def _http(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("an address begins with http:// or https:// and names a host")
    return url


Url = Annotated[str, AfterValidator(_http)]


def _region(value: object) -> str:
    """The code of a division that is or was, as a code or as a name that only one has."""
    try:
        return str(region_named(str(value), "region").code)
    except ConfigError as exc:
        raise ValueError(str(exc).partition(": ")[2]) from exc


RegionCode = Annotated[str, BeforeValidator(_region)]


def _name(value: str) -> str:
    try:
        return given_name(value, "name")
    except ConfigError as exc:
        raise ValueError(str(exc).partition(": ")[2]) from exc


Name = Annotated[str, AfterValidator(_name)]


def _selector(value: str) -> str:
    from selectolax.lexbor import LexborHTMLParser, SelectolaxError  # few files have a selector

    try:
        LexborHTMLParser("<p>").css(value)
    except SelectolaxError as exc:
        raise ValueError("not a CSS selector (:eq(), :contains() and ::text are none)") from exc
    return value


Selector = Annotated[str, AfterValidator(_selector)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    def __copy__(self) -> Self:
        """Without what was worked out here: the copy may be about to become another (`model_copy`)."""
        copied = super().__copy__()
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


class _Paced(_Strict):
    """How often a list is looked at. `interval` alone fixes it; `slowest` makes it adaptive, from `interval`
    (15 min if that is not given) to there; with neither it is adaptive from 15 min to 24 h.
    """

    interval: Duration | None = None
    slowest: Duration | None = None

    @cached_property
    def bounds(self) -> Bounds:
        if self.interval is not None:
            return Bounds(self.interval, self.slowest or self.interval)
        return Bounds(SHORTEST, self.slowest or LONGEST)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.slowest is not None and self.slowest < (self.interval or SHORTEST):
            raise ValueError("`slowest` is shorter than `interval` (15m if not given)")
        return self


class WatchedUrl(_Paced):
    """One list page. `interval` and `slowest`, if one is given, stand for both of the source's.

    `column` (`kind` in the file) is what it holds, if that is known, and `seen` by what; `region` says whose
    reports stand there, where that is not the source's own region.

    `pages` is the address of its page n, relative to `url`, with {page} and the like (pagination.fill).
    `post` is what a list that is asked by POST wants to be told, with {page} and the like: a form
    (`page={page}&size=20`) or JSON. Two lists at one address differ in what stands behind a `#`.
    """

    url: Url
    column: ColumnKind | None = Field(None, alias="kind")
    region: RegionCode | None = None
    seen: str = ""
    pages: str | None = None
    post: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _address_alone(cls, value: object) -> object:
        return {"url": value} if isinstance(value, str) else value

    @field_validator("post")
    @classmethod
    def _fillable(cls, value: str | None) -> str | None:
        if value is not None:
            fill(value, 1)
        return value

    @model_validator(mode="after")
    def _counts_once(self) -> Self:
        if self.post is not None and self.pages is not None:
            raise ValueError("`pages` is for lists asked by GET; put {page} into `post`")
        return self

    def post_for(self, number: int) -> str | None:
        """What page `number` is asked for with; None: by GET."""
        return None if self.post is None else fill(self.post, number)

    @field_validator("pages")
    @classmethod
    def _counts(cls, value: str | None) -> str | None:
        if value is not None and fill(value, 1) == fill(value, 2):
            raise ValueError("the address of page n holds one of {page}, {page0}, {start}, {end}")
        return value


class ListSelectors(_Strict):
    item: Selector | None = None
    link: Selector = "a"
    date: Selector | None = None
    url_pattern: str | None = None

    @field_validator("url_pattern")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                re.compile(value)
            except (re.error, OverflowError, RecursionError) as exc:
                raise ValueError(f"not a regular expression: {exc}") from exc
        return value


def _row(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Paths = Annotated[tuple[str, ...], BeforeValidator(_row)]


class JsonPaths(_Strict):
    """Where a JSON list keeps its items: one path with dots, or a row of alternatives (JsonLayout)."""

    items: Paths | None = None
    url: Paths | None = None
    title: Paths | None = None
    date: Paths | None = None
    html: Paths | None = None


class ArticleSelectors(_Strict):
    title: Selector | None = None
    body: Selector | None = None
    header: Selector | None = None
    drop: tuple[Selector, ...] = ()


class Expectations(_Strict):
    """What is asserted of a source at each look. What is not said goes by its kind (health.expect_of)."""

    items: int | None = Field(None, ge=1)  # a list has at least so many; None: not a few all of a sudden
    dates: Literal["forward", "any"] | None = None
    fields: tuple[Literal["title", "published_on", "index_number", "issuer", "body"], ...] | None = None
    drift: bool = True  # a field that was mostly filled does not stay empty
    overdue: bool = True  # of a portal with a region: say when its work report is late


class Source(_Paced):
    """A site with its lists."""

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    name: Name
    family: str = "plain"
    kind: SourceKind
    home: Url
    enabled: bool = True
    region: RegionCode | None = None
    verified: Annotated[date | Literal["never"], BeforeValidator(_looked_at)] = "never"
    note: str = ""
    recheck: Duration | None = None  # between two looks at a known page; None: by its age (watch/schedule.py)
    tls: Literal["modern", "legacy"] = "modern"  # legacy: of the hosts named in this file (web/tls.py)
    cookies: bool = False  # keep them from one request of a poll to the next (web/cookies.py)
    delay: float | None = Field(None, ge=0)  # seconds between two requests; None: the setting
    lists: tuple[WatchedUrl, ...] = Field(min_length=1)
    list: ListSelectors = ListSelectors()
    json_: JsonPaths = Field(JsonPaths(), alias="json")
    article: ArticleSelectors = ArticleSelectors()
    expect: Expectations = Expectations()

    @model_validator(mode="before")
    @classmethod
    def _defaults(cls, data: Any) -> Any:
        """Home from the first list; kind from the family, or portal for a host under gov.cn."""
        if not isinstance(data, dict) or not isinstance(lists := data.get("lists"), Sequence) or not lists:
            return data
        first = lists[0].get("url") if isinstance(lists[0], dict) else lists[0]
        parts = urlsplit(first) if isinstance(first, str) else None
        if parts is None or not parts.hostname:
            return data
        known = {"home": f"{parts.scheme}://{parts.netloc}/"}
        family = FAMILIES.get(str(data.get("family")))
        if family is not None and family.kind is not None:
            known["kind"] = family.kind.value
        elif parts.hostname == "gov.cn" or parts.hostname.endswith(".gov.cn"):
            known["kind"] = SourceKind.PORTAL.value
        return known | data

    @field_validator("family")
    @classmethod
    def _known(cls, value: str) -> str:
        if value not in FAMILIES:
            raise ValueError(f"there is no such family; one of {', '.join(FAMILIES)}")
        return value

    @field_validator("kind")
    @classmethod
    def _watchable(cls, value: SourceKind) -> SourceKind:
        if value is SourceKind.LOCAL:
            raise ValueError("`local` is for files given to `gongbao import`; one of portal, repost, forum")
        return value

    @field_validator("lists")
    @classmethod
    def _distinct(cls, value: tuple[WatchedUrl, ...]) -> tuple[WatchedUrl, ...]:
        urls = [watched.url for watched in value]
        if twice := next((url for url in urls if urls.count(url) > 1), None):
            raise ValueError(f"{twice} is listed twice; take one out")
        return value

    @model_validator(mode="after")
    def _fits_its_family(self) -> Self:
        form, given = self.traits.form, self.json_.model_dump(exclude_none=True)
        if given and form is not Form.JSON:
            raise ValueError(f"[json] is for lists in JSON; those of the family {self.family!r} are {form}")
        if self.family == "json" and not ({"items", "url", "title"} <= given.keys() or "html" in given):
            raise ValueError(
                'the family "json" knows no keys: say items, url and title under [json], or html'
            )
        if form is Form.SITEMAP and not self.list.url_pattern:
            raise ValueError("a sitemap names the whole site: say under [list] which url_pattern to take")
        return self

    @property
    def traits(self) -> Family:
        """What the site's family has in common."""
        return FAMILIES[self.family]

    @property
    def official(self) -> bool:
        return self.kind is SourceKind.PORTAL

    @cached_property
    def expected(self) -> Expect:
        said = self.expect
        return expect_of(self.kind, items=said.items, dates=said.dates, fields=said.fields, drift=said.drift)

    @cached_property
    def list_layout(self) -> ListLayout:
        """The family's, where the file says nothing."""
        return replace(self.traits.list, **self.list.model_dump(exclude_unset=True))

    @cached_property
    def json_layout(self) -> JsonLayout:
        """The family's, where the file says nothing."""
        return replace(self.traits.json, **self.json_.model_dump(exclude_none=True))

    @cached_property
    def article_layout(self) -> ArticleLayout:
        """The family's, where the file says nothing."""
        return replace(self.traits.article, **self.article.model_dump(exclude_unset=True))

    def region_of(self, watched: WatchedUrl) -> str | None:
        """Whose reports stand in a list of this source."""
        return watched.region or self.region

    def region_at(self, list_url: str | None) -> str | None:
        """Whose reports stand in the list at that address; where it is none of its, the source's region."""
        return next((self.region_of(one) for one in self.lists if one.url == list_url), self.region)

    def watched(self, list_url: str) -> WatchedUrl:
        """The list at that address; KeyError when it is not one of this source's."""
        return self._by_url[list_url]

    @cached_property
    def _by_url(self) -> Mapping[str, WatchedUrl]:
        return {watched.url: watched for watched in self.lists}

    @cached_property
    def mark(self) -> str:
        """Stands for all that the file says: another file, another mark."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def paging_of(self, list_url: str) -> Paging:
        """How the list at that address goes on: as its file says, else as the family does."""
        watched = self.watched(list_url)
        if watched.post is not None:  # what is posted counts the pages; the address stays
            goes_on = watched.post_for(1) != watched.post_for(2)
            return Paging(pages=watched.url if goes_on else None)
        return replace(self.traits.paging, pages=watched.pages)

    @property
    def legacy_hosts(self) -> frozenset[str]:
        """The hosts that are spoken to with old TLS."""
        return self._hosts if self.tls == "legacy" else frozenset()

    @property
    def cookie_hosts(self) -> frozenset[str]:
        """The hosts whose cookies are kept for a poll."""
        return self._hosts if self.cookies else frozenset()

    @cached_property
    def _hosts(self) -> frozenset[str]:
        named = (self.home, *(watched.url for watched in self.lists))
        return frozenset(host for url in named if (host := ascii_host(urlsplit(url).hostname or "")))

    def bounds_of(self, list_url: str) -> Bounds:
        """How often the list at `list_url` is looked at; KeyError when it is not one of this source's."""
        watched = self.watched(list_url)
        return self.bounds if watched.interval is watched.slowest is None else watched.bounds
