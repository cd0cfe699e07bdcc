"""What the page of a search shows, ready to print. Pure: hits in, views out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from alerts.listing.records import report_ref
from alerts.web.pages.report_views import Marked, Tag, region_link, report_href, report_tags
from alerts.web.pages.text_views import digits, text_href
from alerts.words.language import Words
from ingest.search.passage import Passage
from ingest.store.search import Found, Hit


@dataclass(frozen=True, slots=True)
class HitView:
    """A report and its sentence: in pieces, with whether each is marked, and where it stands in the text."""

    name: str
    href: str
    tags: tuple[Tag, ...]
    region: tuple[str, str] | None
    source: str
    sentence: Marked
    sentence_href: str


def hits(root: str, found: Iterable[Hit], query: str, words: Words) -> list[HitView]:
    return [_hit(root, hit, query, words) for hit in found]


def _hit(root: str, hit: Hit, query: str, words: Words) -> HitView:
    href = report_href(root, hit.report.key)
    passage = hit.passage
    of = {} if hit.leads else {"of": digits(hit.content_hash)}
    asked = urlencode({"q": query, "at": passage.start} | of) if passage else ""
    return HitView(
        name=words.report_name(report_ref(hit.report)),
        href=href,
        tags=report_tags(hit.report, (), words),
        region=region_link(root, hit.report, words),
        source=hit.copy.source_name if hit.copy else "",
        sentence=_pieces(passage) if passage else (),
        sentence_href=f"{text_href(root, hit.report.key)}?{asked}#q" if passage else href,
    )


def _pieces(passage: Passage) -> Marked:
    pieces: list[tuple[str, bool]] = [("…", False)] if passage.cut_before else []
    at = 0
    for start, end in passage.marks:
        start, end = start - passage.start, end - passage.start
        pieces += [(passage.text[at:start], False), (passage.text[start:end], True)]
        at = end
    pieces += [(passage.text[at:], False), ("…" if passage.cut_behind else "", False)]
    return tuple(piece for piece in pieces if piece[0])


def count(found: Found, words: Words) -> str:
    """How many there are, as well as that is known."""
    if found.exact:
        return words.say("%(n)s 份报告", n=found.count)
    return words.say("约 %(n)s 份报告", n=f"{found.count:,}")
