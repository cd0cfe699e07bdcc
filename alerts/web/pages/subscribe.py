"""Put a subscription together: regions from a tree, indicators by name, kinds, events; with its addresses,
what it would have told lately, and OPML.

A form without scripts: every choice is a parameter of its address, those of a feed. What a page offers of
itself is offers.py, the filter itself ingest/filters.py.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from sqlalchemy import Connection

from alerts.feeds import named_feeds, opml
from alerts.web.feeds.queries import TYPES, EventQuery, Language, event_query, parameters
from alerts.web.feeds.routes import EventQueryDep, feed_title
from alerts.web.http.conditional import conditional_response
from alerts.web.http.dependencies import RootDep, SettingsDep, StoreDep
from alerts.web.http.parameters import refused_as
from alerts.web.http.room import room
from alerts.web.pages.event_views import event_href
from alerts.web.pages.offers import mails, offer, options
from alerts.web.pages.templating import TemplatesDep
from alerts.words.filter_text import filter_words
from alerts.words.language import LANGUAGES, Words
from ingest import filters
from ingest.china_time import china_day
from ingest.errors import ConfigError
from ingest.filters import MOST, family_of, of_reports, one_of
from ingest.identity.kinds import REPORTS
from ingest.indicators.vocabulary import load_vocabulary
from ingest.model import Event, Filter, Kind, Region
from ingest.regions.gazetteer import holders, region_by_code
from ingest.regions.named import perhaps_meant, place_named
from ingest.regions.tree import directly_in
from ingest.store import articles, outbox, saved_feeds

PREVIEW = 6
_HIDDEN = ("endpoint.", "operator.")  # between the operator and his subscribers

router = room(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Branch:
    """A division of the tree, with what lies in it where it is open."""

    region: Choice
    open: tuple[Branch, ...]
    opens: bool  # has anything in it


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form asks for. `unknown`: the names in it that are those of no place, or of several."""

    query: EventQuery
    unknown: tuple[str, ...]


Texts = Annotated[list[str] | None, Query(max_length=MOST)]


async def _form_query(
    type: Texts = None,
    region: Texts = None,
    kind: Texts = None,
    indicator: Texts = None,
    headline: bool = True,
    official: bool = False,
    backfill: bool = False,
) -> Asked:
    """As a feed is asked; what a form sends empty is not asked."""
    asked = {"region": region, "indicator": indicator, "type": type, "kind": kind}
    names = {name: [one.strip() for one in said or () if one.strip()] or None for name, said in asked.items()}
    with refused_as(422):
        kinds = [Kind(one_of(one, "kind", filters.KINDS)) for one in names["kind"] or ()]
    unknown = [one for one in names["region"] or () if not _is_place(one)]
    query = event_query(
        type=names["type"],
        region=[one for one in names["region"] or () if one not in unknown] or None,
        kind=kinds or None,
        indicator=names["indicator"],
        headline=headline,
        official=official,
        backfill=backfill,
    )
    return Asked(query, tuple(dict.fromkeys(unknown)))


def _is_place(name: str) -> bool:
    try:
        place_named(name, "region")
    except ConfigError:
        return False
    return True


@router.get("/subscribe")
def subscribe(
    request: Request,
    store: StoreDep,
    templates: TemplatesDep,
    settings: SettingsDep,
    root: RootDep,
    form: Annotated[Asked, Depends(_form_query)],
    open: Annotated[str, Query(max_length=12)] = "",
) -> Response:
    """With a name that is of no place, or of several, it asks which is meant: a subscription without it would
    be one to everything."""
    words, filter_ = templates.words, form.query.filter
    asked = parameters(filter_)
    told = of_reports(filter_)
    with store.read() as tx:
        events = outbox.events(tx, told, limit=PREVIEW)
        speaking = articles.speakers(tx, sorted({event.report_id for event in events if event.report_id}))
        short = _saved(tx, filter_)
    offered = offer(root, asked, words, mail=mails(settings))
    base = settings.base_url.removesuffix(root)
    today = china_day(datetime.now(UTC))
    return templates.TemplateResponse(
        request,
        "subscribe.html",
        {
            "here": "subscribe",
            "title": feed_title(filter_, words.lang),
            "tree": _tree(filter_, open, today, words),
            "chosen": [_choice(code, words) for code in filter_.regions],
            "unknown": [
                (name, [Choice(one.key, words.path(one), False) for one in perhaps_meant(name)])
                for name in form.unknown
            ],
            "open": open,
            "indicators": _indicators(filter_, words),
            "kinds": [Choice(k.value, words.kinds[k.value], k.value in filter_.kinds) for k in REPORTS],
            "types": _types(filter_, words),
            "filter": filter_,
            "offer": offered,
            "feed_addresses": [(name, base + href) for _, href, name in offered.feeds],
            "short": [f"{settings.base_url}/feeds/{id}.atom" for id in short],
            "save": f"gongbao feeds add --name NAME{options(asked)}",
            "preview": [_entry(root, event, speaking, words) for event in events],
        },
        status_code=422 if form.unknown else 200,
        headers={"Cache-Control": "no-cache"},
    )


@router.get("/subscribe.opml")
def outline(request: Request, settings: SettingsDep, query: EventQueryDep, lang: Language = "zh") -> Response:
    """This one feed, for readers that import OPML."""
    title = " · ".join(filter_words(query.filter, LANGUAGES[lang])) or opml.TITLES[lang]
    topic = named_feeds.Topic("/feed", query.text, title, of_reports(query.filter))
    return conditional_response(
        request,
        opml.render([topic], settings.base_url, lang),
        media_type="text/x-opml; charset=utf-8",
        cache_control="public, max-age=3600",
    )


def _saved(tx: Connection, filter_: Filter) -> list[str]:
    """The short addresses that this very filter has."""
    return [feed.id for feed in saved_feeds.all(tx) if feed.filter == filter_]


# --- the choices -------------------------------------------------------------------------------


def _tree(filter_: Filter, open: str, today: date, words: Words) -> tuple[Branch, ...]:
    """The provinces; the opened division, and what it lies in, with what is in them."""
    return _branches(None, filter_, frozenset(holders(open)), today, words)


def _branches(
    holder: str | None, filter_: Filter, opened: frozenset[str], today: date, words: Words
) -> tuple[Branch, ...]:
    return tuple(
        Branch(
            _choice(region.key, words, region.key in filter_.regions, region),
            _branches(region.key, filter_, opened, today, words) if region.key in opened else (),
            bool(directly_in(region.key, today)),
        )
        for region in directly_in(holder, today)
    )


def _choice(code: str, words: Words, chosen: bool = True, region: Region | None = None) -> Choice:
    known = region or region_by_code(code)
    return Choice(code, words.place(known) if known else code, chosen)


def _indicators(filter_: Filter, words: Words) -> list[tuple[bool, list[Choice]]]:
    """(are they of the headline targets?, the indicators), those first."""
    every = load_vocabulary().indicators.values()
    return [
        (
            core,
            [
                Choice(one.id, words.indicator(one), one.id in filter_.indicators)
                for one in every
                if one.core is core
            ],
        )
        for core in (True, False)
    ]


def _types(filter_: Filter, words: Words) -> list[Choice]:
    """Single events; a family that is asked for is all of its own."""
    wanted = frozenset(filter_.types)
    return [
        Choice(one, words.events[one], bool(wanted & {one, family_of(one), "*"}))
        for one in TYPES
        if one in words.events and not one.startswith(_HIDDEN)
    ]


def _entry(root: str, event: Event, speaking: Collection[int], words: Words) -> dict[str, Any]:
    known = event.data.get("report") and event.type != "report.overdue"
    return {
        "title": words.title(event),
        "at": event.occurred_at,
        "href": event_href(root, event, speaking) if known else None,
    }
