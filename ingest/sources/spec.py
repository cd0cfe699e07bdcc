"""The shape of a source file. Validation only; reading files is load.py, CSS selectors are used in page/.

slug = "cq-chengkou"                      # also the file's name
name = "城口县人民政府"
kind = "portal"                           # portal | repost | forum; only a portal is official
home = "https://www.cqck.gov.cn/"
region = "500229"                         # GB/T 2260; what 本县 means on this site
verified = "never"                        # when somebody last saw it work: a date, or "never"
interval = "2h"                           # fixed; with `slowest` the shortest wait; neither: 15 min to 24 h
tls = "legacy"                            # only where the site's TLS is too old for today's defaults

[[lists]]
url = "https://www.cqck.gov.cn/zwgk/zfgzbg/"

[list]                                    # only where the generic reader needs help
item = "ul.tab-item li"
url_pattern = "/t20\\\\d{6}_\\\\d+\\\\.html$"

[article]
body = "div.trs_editor_view"
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from ingest.model import ArticleLayout, ListLayout, SourceKind
from ingest.schedule import LONGEST, SHORTEST, Bounds

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _duration(value: object) -> object:
    """ "15m", "2.5s", "24h", "7d" -> timedelta; anything else is left for pydantic to refuse."""
    if isinstance(value, str) and (m := _DURATION.fullmatch(value.strip())):
        return timedelta(seconds=float(m[1]) * _SECONDS[m[2]])
    if isinstance(value, timedelta):
        return value
    raise ValueError('a duration is a number with s, m, h or d, such as "15m"')


Duration = Annotated[timedelta, BeforeValidator(_duration), Field(gt=timedelta(0))]


def _http(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("an address begins with http:// or https:// and names a host")
    return url


Url = Annotated[str, BeforeValidator(_http)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Paced(_Strict):
    """How often a list is looked at. `interval` alone fixes it; `slowest` makes it adaptive, from `interval`
    (15 min if that is not given) to there; with neither it is adaptive from 15 min to 24 h.
    """

    interval: Duration | None = None
    slowest: Duration | None = None

    @property
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
    """One list page. `interval` and `slowest`, if one is given, stand for both of the source's."""

    url: Url


class ListSelectors(_Strict):
    item: str | None = None
    link: str = "a"
    date: str | None = None
    url_pattern: str | None = None

    @field_validator("url_pattern")
    @classmethod
    def _compiles(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                re.compile(value)
            except re.error as exc:
                raise ValueError(f"not a regular expression: {exc}") from exc
        return value


class ArticleSelectors(_Strict):
    title: str | None = None
    body: str | None = None
    header: str | None = None
    drop: tuple[str, ...] = ()


class Source(_Paced):
    """A site with its lists."""

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    name: str = Field(min_length=1)
    kind: SourceKind
    home: Url
    region: str | None = Field(None, pattern=r"^\d{6}$")
    verified: date | Literal["never"] = "never"
    note: str = ""
    recheck: Duration | None = None  # between two looks at a known page; None: by its age (schedule.py)
    tls: Literal["modern", "legacy"] = "modern"  # legacy: of the hosts named in this file (web/tls.py)
    delay: float | None = Field(None, ge=0)  # seconds between two requests; None: the setting
    lists: tuple[WatchedUrl, ...] = Field(min_length=1)
    list: ListSelectors = ListSelectors()
    article: ArticleSelectors = ArticleSelectors()

    @property
    def official(self) -> bool:
        return self.kind is SourceKind.PORTAL

    @property
    def list_layout(self) -> ListLayout:
        return ListLayout(**self.list.model_dump())

    @property
    def article_layout(self) -> ArticleLayout:
        return ArticleLayout(**self.article.model_dump())

    @property
    def legacy_hosts(self) -> frozenset[str]:
        """The hosts that are spoken to with old TLS."""
        if self.tls == "modern":
            return frozenset()
        named = (self.home, *(watched.url for watched in self.lists))
        return frozenset(host for url in named if (host := urlsplit(url).hostname))

    def bounds_of(self, list_url: str) -> Bounds:
        """How often the list at `list_url` is looked at; KeyError when it is not one of this source's."""
        for watched in self.lists:
            if watched.url == list_url:
                return self.bounds if watched.interval is watched.slowest is None else watched.bounds
        raise KeyError(list_url)
