"""/sitemap.xml and /robots.txt: which pages there are for search engines, and which they need not ask for.

The protocol is that of sitemaps.org: an index, and files of at most 50,000 addresses.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import Annotated

from fastapi import HTTPException, Path, Response

from alerts.web.http.dependencies import RootDep, SettingsDep, StoreDep
from alerts.web.http.room import room
from alerts.web.pages.report_views import region_href, report_href
from ingest.indicators.vocabulary import load_vocabulary
from ingest.store.regions import reported_regions
from ingest.store.report_keys import keys_between, newest_id

REPORTS_A_FILE = 20_000  # ids, of which each is at most one report
_XML = "application/xml"
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
# What is there for machines, what is archived, and every selection of what stands elsewhere.
_UNWANTED = ("/api/", "/archive/", "/*?")
_ENGLISH = "/*?lang=en$"
FRESH = {"Cache-Control": "public, max-age=3600"}

router = room(include_in_schema=False)


@router.get("/robots.txt")
def robots(settings: SettingsDep, root: RootDep) -> Response:
    lines = ["User-agent: *", *(f"Disallow: {root}{path}" for path in _UNWANTED), f"Allow: {root}{_ENGLISH}"]
    lines.append(f"Sitemap: {settings.base_url}/sitemap.xml")
    return Response("\n".join(lines) + "\n", media_type="text/plain", headers=FRESH)


@router.get("/sitemap.xml")
def index(settings: SettingsDep, store: StoreDep) -> Response:
    with store.read() as tx:
        files = -(-newest_id(tx) // REPORTS_A_FILE)
    addresses = [f"{settings.base_url}/sitemap/{number}.xml" for number in range(files + 1)]
    return _xml("sitemapindex", "sitemap", ((address, None) for address in addresses))


@router.get("/sitemap/{number}.xml")
def part(number: Annotated[int, Path(ge=0, le=10**6)], settings: SettingsDep, store: StoreDep) -> Response:
    """0: all other pages, those of the regions and of the indicators too; then the reports, by id."""
    base = settings.base_url
    with store.read() as tx:
        if number == 0:
            regions = sorted(region_href("", one.region) for one in reported_regions(tx))
            indicators = (
                f"/indicators/{one.id}" for one in load_vocabulary().indicators.values() if one.core
            )
            pages = dict.fromkeys(
                [
                    "/",
                    "/regions",
                    "/indicators",
                    "/matrix",
                    "/season",
                    "/search",
                    "/status",
                    "/subscribe",
                    *regions,
                    *indicators,
                ]
            )
            return _xml("urlset", "url", ((base + page, None) for page in pages))
        keys = keys_between(tx, (number - 1) * REPORTS_A_FILE, number * REPORTS_A_FILE)
    if not keys:
        raise HTTPException(404, f"/sitemap/{number}.xml")
    return _xml("urlset", "url", ((report_href(base, key), at) for key, at in keys))


def _xml(whole: str, one: str, addresses: Iterable[tuple[str, datetime | None]]) -> Response:
    entries = "".join(
        f"<{one}><loc>{escape(address, quote=False)}</loc>"
        + (f"<lastmod>{at.isoformat(timespec='seconds')}</lastmod>" if at else "")
        + f"</{one}>\n"
        for address, at in addresses
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{whole} xmlns="{_NAMESPACE}">\n{entries}</{whole}>\n'
    return Response(text, media_type=_XML, headers=FRESH)
