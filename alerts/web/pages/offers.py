"""What a page offers to whoever wants to be told of exactly what it shows: feeds, e-mail, a webhook.

How it looks is templates/offers.html; the page where a filter is put together, subscribe.py.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from alerts.web.feeds.routes import FEEDS
from alerts.words.language import CHINESE, Words
from ingest.model import Region
from ingest.regions.gazetteer import NATION
from ingest.settings import Settings

Asked = Sequence[tuple[str, str]]  # the parameters of a feed

# Those of a command, where they are called otherwise.
_FLAGS = {("headline", "false"): "--all-targets", ("official", "true"): "--official-only"}
_FLAGS |= {("backfill", "true"): "--backfill"}


@dataclass(frozen=True, slots=True)
class Offer:
    """`feeds`: media type, address, name; `opml`: one of them to import; `mail` is None where no mail is
    sent; `build`: where it can be changed."""

    feeds: tuple[tuple[str, str, str], ...]
    opml: str
    mail: str | None
    build: str
    webhook: str


def mails(settings: Settings) -> bool:
    """Is there a server that sends mail?"""
    return settings.mail_host is not None


def offer(root: str, asked: Asked, words: Words, *, mail: bool) -> Offer:
    spoken = [*asked, *([] if words.lang == CHINESE.lang else [("lang", words.lang)])]
    said = _query(spoken)
    return Offer(
        feeds=tuple((format_.media_type, f"{root}{path}{said}", name) for format_, path, name in FEEDS),
        opml=f"{root}/subscribe.opml{said}",
        mail=f"{root}/mail{_query(asked)}" if mail else None,
        build=f"{root}/subscribe{_query(asked)}",
        webhook=f"gongbao webhooks add https://example.org/hook{options(asked)}",
    )


def told_of(place: Region | None, kind: str = "") -> Asked:
    """What a feed can be asked for of a place and a kind."""
    of_place = [("region", place.code)] if place is not None and place.code is not None else []
    return [*of_place, *([("kind", kind)] if kind else [])]


def region_offer(
    root: str, region: Region, words: Words, settings: Settings, *more: tuple[str, str]
) -> Offer | None:
    """Of a region with all in it; None for a place without a code, which no feed can be asked for."""
    if region.code is None:
        return None
    asked = [] if region.code == NATION.code else [("region", region.code)]
    return offer(root, [*asked, *more], words, mail=mails(settings))


def options(asked: Asked) -> str:
    """The same filter as a command has it, to stand behind it."""
    said = (_FLAGS.get(one) or f"--{one[0]} {shlex.quote(one[1])}" for one in asked)
    return "".join(f" {option}" for option in said)


def _query(asked: Asked) -> str:
    return f"?{urlencode(asked, safe='*')}" if asked else ""
