"""E-mail for who has no feed reader: asked for, confirmed, left, each by a form that works without scripts.

What is done is alerts/delivery/mailboxes.py. A link of an e-mail shows a button: programs that try every link
of an e-mail confirm and leave nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, HTTPException, Path, Request, Response

from alerts.delivery import mailboxes
from alerts.web.api.management import VaultDep
from alerts.web.feeds.queries import TYPES, EventQuery, event_query, parameters
from alerts.web.http.dependencies import SettingsDep, StoreDep
from alerts.web.http.forms import FORM_HEADERS, Fields, FieldsDep, FromHere, filter_of, named, one
from alerts.web.http.rate_limit import not_too_often
from alerts.web.http.room import room
from alerts.web.pages.templating import Pages, TemplatesDep
from alerts.words.language import Words
from ingest.errors import ConfigError, NoKey
from ingest.filters import one_of
from ingest.identity.kinds import REPORTS
from ingest.indicators.vocabulary import load_vocabulary
from ingest.model import Filter, Rhythm
from ingest.regions.gazetteer import region_by_code
from ingest.settings import Settings

ASKED_RATE, ASKED_BURST = 1 / 60, 300.0  # forms a second from one address; five at once
SHOWN = ("region", "indicator", "official")  # of the parameters of a filter, those that the form lets choose

router = room(include_in_schema=False)

Word = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
Id = Annotated[str, Path(pattern=r"^sub_[0-9a-f]{24}$")]


@router.get("/mail")
def form(
    request: Request,
    templates: TemplatesDep,
    settings: SettingsDep,
    query: Annotated[EventQuery, Depends(event_query)],
) -> Response:
    """The form, with the parameters of a feed filled in."""
    words = templates.words
    return _page(request, templates, "form", _form(settings, words, query.filter, {"lang": [words.lang]}))


@router.post("/mail", dependencies=[FromHere, not_too_often("mail_asked", "forms")])
def ask(
    request: Request,
    fields: FieldsDep,
    store: StoreDep,
    vault: VaultDep,
    templates: TemplatesDep,
    settings: SettingsDep,
) -> Response:
    """The answer is the same whether the address is known, asked for a moment ago, or new."""
    filter_ = Filter()
    try:
        filter_ = _filter(fields)
        mailboxes.ask(store, vault, one(fields, "email"), _asked(fields, filter_), datetime.now(UTC))
    except mailboxes.Busy as exc:
        raise HTTPException(503, str(exc), {"Retry-After": "3600"}) from exc
    except NoKey:
        raise  # what is wrong is not in the form
    except ConfigError as exc:
        said = _form(settings, templates.words, filter_, fields) | {"trouble": str(exc)}
        return _page(request, templates, "form", said, 422 if settings.mail_host else 503)
    return _page(request, templates, "asked", {})


@router.get("/mail/confirm/{word}")
def confirm_form(request: Request, word: Word, store: StoreDep, templates: TemplatesDep) -> Response:
    asked = mailboxes.asked_by(store, word, datetime.now(UTC))
    if asked is None:
        return _page(request, templates, "expired", {}, 404)
    if asked.confirmed_at is not None:
        return _page(request, templates, "confirmed", {})
    from alerts.delivery.emails import filter_line  # to write e-mails is another's business

    return _page(
        request,
        templates,
        "confirm",
        {"filter": filter_line(asked.filter, templates.words.lang), "rhythm": asked.rhythm.value},
    )


@router.post("/mail/confirm/{word}", dependencies=[FromHere])
def confirm(
    request: Request, word: Word, store: StoreDep, vault: VaultDep, templates: TemplatesDep
) -> Response:
    if mailboxes.confirm(store, vault, word, datetime.now(UTC)) is None:
        return _page(request, templates, "expired", {}, 404)
    return _page(request, templates, "confirmed", {})


@router.get("/mail/leave/{id}/{word}")
def leave_form(
    request: Request, id: Id, word: Word, store: StoreDep, vault: VaultDep, templates: TemplatesDep
) -> Response:
    is_there = mailboxes.is_its_word(store, vault, id, word)
    return _page(request, templates, "leave" if is_there else "left", {})


@router.post("/mail/leave/{id}/{word}")
def leave(
    request: Request, id: Id, word: Word, store: StoreDep, vault: VaultDep, templates: TemplatesDep
) -> Response:
    """By the button, or in one click by the mail program (RFC 8058), which comes from wherever it likes: the
    word in the address says that it may. Left is left, however often."""
    mailboxes.leave(store, vault, id, word)
    return _page(request, templates, "left", {})


def _page(
    request: Request, templates: Pages, state: str, said: Mapping[str, Any], status: int = 200
) -> Response:
    page = {"here": "mail", "state": state, **said}
    if state != "form":
        page["canonical"] = None  # the address of an e-mail's link is nobody else's business
    return templates.TemplateResponse(request, "mail.html", page, status, FORM_HEADERS)


def _form(settings: Settings, words: Words, filter: Filter, fields: Fields) -> dict[str, Any]:
    """What the form shows: the filter that was asked for, and what was typed."""
    language = one(fields, "lang", "zh")
    places = [words.place(region) if (region := region_by_code(code)) else code for code in filter.regions]
    return {
        "is_on": settings.mail_host is not None,
        "trouble": None,
        "email": one(fields, "email"),
        "region": ", ".join(places) or one(fields, "region"),
        "indicators": [
            (known.id, words.indicator(known), known.id in filter.indicators)
            for known in load_vocabulary().indicators.values()
        ],
        "kinds": [(kind, words.kinds[kind], kind in filter.kinds) for kind in REPORTS],
        "official": filter.official_only,
        "rhythm": one(fields, "rhythm", Rhythm.DAILY.value),
        "rhythms": [rhythm.value for rhythm in Rhythm],
        "language": "en" if language == "en" else "zh",
        "hidden": [
            (name, value)
            for name, value in parameters(filter)
            if name not in SHOWN and not (name == "kind" and value in REPORTS)
        ],
    }


def _filter(fields: Fields) -> Filter:
    """Raises ConfigError."""
    for type_ in named(fields, "type"):
        one_of(type_, "type", TYPES)  # not those for the operator
    return filter_of(fields)


def _asked(fields: Fields, filter: Filter) -> mailboxes.Asked:
    rhythm = one_of(one(fields, "rhythm", Rhythm.DAILY.value), "rhythm", [rhythm.value for rhythm in Rhythm])
    language = one_of(one(fields, "lang", "zh"), "lang", ("zh", "en"))
    return mailboxes.Asked(filter, Rhythm(rhythm), language)
