"""Forms that pages send: their fields, and that they come from a page of ours. No routes.

A page of another site can make a browser send a form here, with the cookies of whoever looks at it. Browsers
say so: Sec-Fetch-Site (https://www.w3.org/TR/fetch-metadata/) to addresses that they trust, Origin always.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

from fastapi import Depends, HTTPException, Request

from alerts.web.http.dependencies import SettingsDep
from ingest.filters import asked_filter
from ingest.model import Filter

MOST_FIELDS = 600
# A page with a form lets the browser name it when the form is sent; to other sites nothing is said as before.
FORM_HEADERS = {"Referrer-Policy": "same-origin", "Cache-Control": "no-store"}

_BETWEEN = re.compile(r"[,，、;；\n]+")

Fields = Mapping[str, list[str]]


async def _from_here(request: Request, settings: SettingsDep) -> None:
    """HTTPException 403 for a form that a page of another site sent."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    names = {request.headers.get("host", ""), urlsplit(settings.base_url).netloc}
    is_foreign = site is not None and site != "same-origin"
    if is_foreign or (origin is not None and urlsplit(origin).netloc not in names):
        raise HTTPException(403, "This form was sent by a page of another site; nothing was done.")


async def _fields(request: Request) -> Fields:
    """Of application/x-www-form-urlencoded; 415 for another form, 400 for none."""
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if said != "application/x-www-form-urlencoded":
        raise HTTPException(415, "A form is sent as application/x-www-form-urlencoded.")
    try:
        return parse_qs((await request.body()).decode(), errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:
        raise HTTPException(400, "The form could not be read.") from None


FromHere = Depends(_from_here)
FieldsDep = Annotated[Fields, Depends(_fields)]


def named(fields: Fields, name: str) -> list[str]:
    """All of that name; several may stand in one, between commas or 、."""
    said = (part.strip() for value in fields.get(name, []) for part in _BETWEEN.split(value))
    return [part for part in said if part]


def one(fields: Fields, name: str, default: str = "") -> str:
    """The last of that name, as a browser sends it."""
    return fields.get(name, [default])[-1].strip()


def filter_of(fields: Fields) -> Filter:
    """The filter of a form that has the parameters of a feed. Raises ConfigError."""
    return asked_filter(
        types=named(fields, "type"),
        regions=named(fields, "region"),
        kinds=named(fields, "kind"),
        indicators=named(fields, "indicator"),
        headline_only=one(fields, "headline", "true") != "false",
        official_only=one(fields, "official") == "true",
        backfill=one(fields, "backfill") == "true",
        label=str,
    )
