"""Which report a page holds: kind, region, year, occasion, key. Pure.

The parts are kinds.py, place.py, years.py and meeting.py; here they are put together.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from ingest.compare.fingerprint import content_hash
from ingest.identity.compilation import is_compilation
from ingest.identity.kinds import REPORTS, is_own_heading, is_resolution, kind_of, kind_of_title
from ingest.identity.meeting import read_occasion
from ingest.identity.place import place_of
from ingest.identity.years import headings, is_of_another_time, year_of
from ingest.model import Article, Identity, Kind, Region
from ingest.page.dates import as_day
from ingest.page.titles import clean_title
from ingest.text.clean import clean
from ingest.text.normal import normal_form
from ingest.text.rules import load_rules

_HEAD_CHARS = 4_000
_HEAD_LINES = 60
_ABOVE = 8  # lines from a report's own heading to its salutation, at most
_APART = "\ua66e"  # a letter of old Slavonic books: it stays as it is, and nothing around it depends on it
_LINE_CHARS = 1_000  # of a title or a header value, at most: what comes after says nothing of identity
_WORDS = load_rules(__package__, "identify.rules.toml")


@dataclass(frozen=True, slots=True)
class _Head:
    """The first lines in normal form: `preamble` up to the salutation, `opening` some lines from it on."""

    preamble: tuple[str, ...]
    opening: str
    text: str


@functools.lru_cache(maxsize=64)
def _normal(text: str) -> str:
    return _spelt(text[:_LINE_CHARS])


def _normal_each(lines: Sequence[str]) -> Sequence[str]:
    """`_normal` of many lines, several times quicker than one by one."""
    found = _spelt(_APART.join(line[:_LINE_CHARS] for line in lines)).split(_APART)
    return found if len(found) == len(lines) else [_normal(line) for line in lines]


def _spelt(plain: str) -> str:
    if "?" in plain or "&" in plain:
        plain = _WORDS["lost_space"].pattern.sub(" ", plain)
    return normal_form(_WORDS["zero"].pattern.sub("〇", plain))


def _head(body: str) -> _Head:
    lines = list(filter(None, _normal_each(body[:_HEAD_CHARS].split("\n"))))[:_HEAD_LINES]
    end = next(
        (
            at
            for at, line in enumerate(lines)
            if _WORDS["salutation"].find(line) or _WORDS["section"].find(line) or len(line) > 200
        ),
        len(lines),
    )
    preamble = [_WORDS["label"].pattern.sub("", line) for line in lines[:end]]
    if end < len(lines) and (match := _WORDS["salutation"].find(lines[end])) and 0 < match.start() <= 120:
        preamble.append(lines[end][: match.start()])  # …会议上 省长某某 各位代表: on one line
    opening = "\n".join(lines[end : end + 4])[:1_200]
    return _Head(tuple(preamble), opening, "\n".join(lines)[:2_500])


def _below_a_resolution(titles: Sequence[str], body: str) -> str | None:
    """The report that stands below the resolution on it, on one page: from its own heading on."""
    top = body[:_HEAD_CHARS].split("\n")[:_HEAD_LINES]
    named = (_normal(text) for text in (*titles, *top[:1]))
    if not any(is_resolution(text) for text in named):
        return None
    for at, line in enumerate(top):
        if is_own_heading(_normal(line)) and any(
            _WORDS["salutation"].find(_normal(text)) for text in top[at + 1 : at + _ABOVE]
        ):
            return "\n".join(body.split("\n")[at:])
    return None


def _wrapped(lines: Sequence[str]) -> str | None:
    """The first title of a report among the lines, in one line or broken over two or three."""
    for count in (1, 2, 3):
        for at in range(len(lines) + 1 - count):
            line = "".join(lines[at : at + count])
            if len(line) <= 90 and kind_of_title(line) in REPORTS and not _WORDS["sentence"].find(line):
                return line
    return None


def _title(article: Article, head: _Head, meta: str | None, own: bool) -> tuple[str | None, list[str]]:
    """The title that says what this is, as printed, and all titles in normal form, the best first. `own`: the
    text's own heading says it, whatever the page is called."""
    printed = [text for text in map(clean_title, (article.header.title, article.title, meta)) if text]
    told = {
        text.strip(): _WORDS["site_tail"].pattern.sub("", _normal(clean(text).text))
        for text in printed
        if text.strip()
    }
    named = None if own else next((text for text, n in told.items() if kind_of_title(n) is not None), None)
    if named is not None:
        best = named
    elif line := _wrapped(head.preamble[:12]):
        told[line] = best = line
    elif told:
        best = next(iter(told))
    else:
        return None, []
    titles = [told.pop(best), *told.values()]
    # The text's own heading says more than 政府工作报告 above it; a list of such is of other reports.
    said = {line for line in head.preamble[:12] if len(line) <= 90 and kind_of_title(line) in REPORTS}
    said = {line for line in said - set(titles) if not _WORDS["sentence"].find(line)}
    return best, titles + (list(said) if len(said) == 1 else [])


def identify(
    article: Article, url: str | None = None, source_region: str | None = None, *, listed: str | None = None
) -> Identity:
    """Say which report an article is.

    `source_region`: the GB/T 2260 code of the site's own place, believed only where the text names no other.
    `listed`: what a list calls the page, which may say whose report it is where the page itself does not.
    `url` stands in for a title where there is none, so that an edited page stays one document.
    """
    header, plain = article.header, clean(article.body).text
    below = _below_a_resolution([text for text in (header.title, article.title) if text], plain)
    plain = below or plain
    head = _head(plain)
    metas = {name.lower(): value for name, value in article.metas.items()}
    title, titles = _title(article, head, metas.get("articletitle"), below is not None)
    normal_title = titles[0] if titles else None
    classes = [
        _normal(text)
        for text in (header.info_class, header.genre_class, header.subject_class, metas.get("columnname"))
        if text
    ]
    kind = kind_of(normal_title, head.text, len(plain), classes)
    occasion = read_occasion(normal_title, head.preamble, head.opening)
    if occasion.delivered_on and is_of_another_time(occasion.delivered_on, normal_title):
        occasion = replace(occasion, delivered_on=None)
    region = place_of(
        [*titles, *(line for line in head.preamble[:12] if _WORDS["authority"].find(line))],
        occasion,
        head.opening,
        issuer=_normal(header.issuer) if header.issuer else None,
        origin=_normal(article.origin) if article.origin else None,
        index_number=header.index_number,
        source_region=source_region,
        listed=_normal(listed) if listed else None,
        report=kind in REPORTS,
        body=plain,
    )
    page_date = header.written_on or header.published_on or as_day(article.published_at)
    headlines = headings(plain)
    day = occasion.delivered_on
    year = year_of(kind, normal_title, head.text, headlines, day, page_date, plain)
    if kind is not Kind.NEWS and is_compilation(article.body):
        # Many reports on one page are none of them: what it holds is matched by its sentences.
        return Identity(Kind.OTHER, title=title, report_key=_compilation_key(normal_title, url, article.body))
    return Identity(
        kind=kind,
        year=year,
        region=region,
        meeting=occasion.meeting,
        delivered_on=occasion.delivered_on,
        speaker=occasion.speaker,
        report_key=_report_key(article, kind, region, year, normal_title, occasion.delivered_on, url),
        title=title,
    )


def _compilation_key(title: str | None, url: str | None, body: str) -> str:
    parts = ["compilation", title or "", url or content_hash(body)]
    return "doc/" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def key_of(kind: Kind, region: Region, year: int) -> str:
    """The key of the one report of its kind that a place gives in a year: `work_report/500106/2024`."""
    return f"{kind.value}/{region.key}/{year}"


def _report_key(
    article: Article,
    kind: Kind,
    region: Region | None,
    year: int | None,
    title: str | None,
    delivered_on: date | None,
    url: str | None,
) -> str:
    """`work_report/500106/2024`, else `doc/` + 24 hex digits of what else tells the document from others.

    A title that many documents share (政府工作报告, none at all) does not: then the region and the year count
    too, and where they are not known either, the address or the text itself.
    """
    if kind in REPORTS and region is not None and year is not None:
        return key_of(kind, region, year)
    header = article.header
    if header.issuer and header.document_number:
        parts = ["number", normal_form(header.issuer), normal_form(header.document_number)]
    else:
        day = header.written_on or header.published_on or delivered_on
        issuer = normal_form(header.issuer or "")
        parts = ["title", title or "", issuer, day.isoformat() if day else ""]
        if len(_WORDS["generic"].pattern.sub("", title or "")) < 4:
            parts += [region.key if region else "", str(year or ""), header.index_number or ""]
            if not (header.index_number or (title and region and (day or year))):
                parts.append(url or content_hash(article.body))
    return "doc/" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]
