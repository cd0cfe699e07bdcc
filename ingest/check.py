"""`gongbao sources check` and `new`: what a source yields now, and a first draft of its file.

Nothing is stored. Polling for real is poll.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ingest.errors import ConfigError, FetchError, ParseError
from ingest.model import Header, ListItem, ListLayout, SourceKind
from ingest.page import blocked, decode, read_list
from ingest.reading import read_document
from ingest.settings import Settings
from ingest.sources import Source, read_items
from ingest.web import Web


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at."""

    fine: bool
    text: str


async def check_source(settings: Settings, source: Source) -> list[Line]:
    """Fetch every list of a source and the first page of each; say what is read and what looks wrong."""
    lines: list[Line] = []
    async with Web.from_settings(settings, legacy_hosts=source.legacy_hosts) as web:
        for watched in source.lists:
            try:
                fetched = await web.get(watched.url, delay=source.delay)
                items = read_items(fetched.body, fetched.content_type, fetched.final_url, source)
            except (FetchError, ParseError) as exc:
                lines.append(Line(False, f"{exc.code}: {exc}"))
                continue
            dated = sum(item.published_on is not None for item in items)
            lines.append(Line(True, f"{watched.url}: {len(items)} items, {dated} with a date"))
            lines.extend(await _check_page(web, source, items[0]))
    return lines


async def _check_page(web: Web, source: Source, item: ListItem) -> list[Line]:
    try:
        fetched = await web.get(item.url, delay=source.delay)
        reading = read_document(
            fetched.body,
            fetched.final_url,
            content_type=fetched.content_type,
            layout=source.article_layout,
            region=source.region,
        )
    except (FetchError, ParseError) as exc:
        return [Line(False, f"{exc.code}: {exc}")]
    article, identity = reading.article, reading.identity
    filled = [name for name in Header.__slots__ if getattr(article.header, name) is not None]
    region = "／".join(identity.region.path) if identity.region else "no region"
    return [
        Line(bool(article.title), f"{item.url}: title {article.title!r}"),
        Line(len(article.body) >= 200, f"  {len(article.body)} characters, {identity.kind}, {region}"),
        Line(True, f"  header: {', '.join(filled) or 'none'}"),
    ]


async def draft_source(settings: Settings, url: str, *, slug: str, kind: str, region: str | None) -> str:
    """A source file for a list page that the generic reader understands, as TOML.

    Raises ConfigError for a wrong argument, FetchError or ParseError when the page yields no items.
    """
    parts = urlsplit(url)
    home = f"{parts.scheme}://{parts.netloc}/"
    try:
        source = Source.model_validate(
            {
                "slug": slug,
                "name": slug,
                "kind": SourceKind(kind),
                "home": home,
                "region": region,
                "lists": [{"url": url}],
            }
        )
    except ValueError as exc:
        raise ConfigError(f"a source file for {url}: {exc}") from exc
    async with Web.from_settings(settings) as web:
        fetched = await web.get(url)
    text = decode(fetched.body, fetched.content_type)
    if wall := blocked(text):
        raise ConfigError(f"a source file for {url}: the site answers with a block page ({wall})")
    items = read_list(text, fetched.final_url, ListLayout())
    return _toml(source, items)


def _toml(source: Source, items: Sequence[ListItem]) -> str:
    lines = [
        f'slug = "{source.slug}"',
        f'name = "{source.name}"  # as people call the site',
        f'kind = "{source.kind.value}"',
        f'home = "{source.home}"',
        *([f'region = "{source.region}"'] if source.region else []),
        'verified = "never"',
        "",
        "[[lists]]",
        f'url = "{source.lists[0].url}"',
        "",
        f"# {len(items)} items were read, the first of them:",
        *(f"#   {item.published_on or '(no date)'}  {item.title}" for item in items[:3]),
    ]
    return "\n".join(lines) + "\n"
