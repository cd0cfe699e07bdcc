"""Whose report it is: the division that speaks, voted on by the texts that name one. Pure.

How a name in one text becomes a division is regions/gazetteer.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.identity.meeting import Occasion
from ingest.model import Region
from ingest.regions.gazetteer import (
    NATION,
    find_region,
    first_named,
    holders,
    is_within,
    is_zone,
    local_in,
    most_named,
    region_by_code,
)
from ingest.text.rules import load_rules

_WORDS = load_rules(__package__, "place.rules.toml")
_BODY_CHARS = 20_000  # of a body that is asked for its place, at most
_TOWNS = ("镇", "乡", "苏木", "街道")

# How far each text is to be believed. The congress and the speaker's line are part of the report itself; a
# title is often rewritten by who reposts it; a portal also publishes what others wrote.
_TITLE, _MEETING, _SPEAKER, _SPEAKS, _ISSUER, _LISTED, _ORIGIN, _HINT, _CODE = 5, 4, 3, 3, 2, 2, 1, 1, 1


def code_in_index_number(index_number: str | None) -> str | None:
    """The division code inside an 索引号, if it holds a known one; a hint only: rules differ by place."""
    text = (index_number or "").replace(" ", "")
    match = _WORDS["credit_code"].find(text) or _WORDS["code_first"].find(text)
    if match is None:
        return None
    return match[1] if region_by_code(match[1]) else None


def _governed(region: Region, level: str | None) -> bool:
    """Whether a 区长 can govern this: a province has a 省长, a county no 州长 (nothing known: yes).

    Counties become districts and keep their old texts, so among counties the word does not matter.
    """
    if level in _TOWNS:
        return region.code is None and region.name.endswith(_TOWNS)
    if level is None or region.code is None:
        return True
    if region.code.endswith("0000"):
        return level in ("省", "市", "自治区")
    if region.code.endswith("00"):
        return level in ("市", "州", "盟", "地区")
    return level in ("区", "县", "旗", "市")


def place_of(
    titles: Sequence[str],
    occasion: Occasion,
    opening: str,
    *,
    issuer: str | None = None,
    origin: str | None = None,
    index_number: str | None = None,
    source_region: str | None = None,
    listed: str | None = None,
    report: bool = True,
    body: str = "",
) -> Region | None:
    """The division a document is about.

    Votes: congress, speaker and title first, then whom the speaker stands for, the issuer, what its list
    calls it (a city's column holds the reports of its counties), 来源, the source's own region
    (`source_region`, a code) and the code in the 索引号. Each text is context for the others' namesakes;
    `body` breaks a tie by counting the cities above them. `report` False: the congress and the speaker are
    news, so the title and the issuer lead.
    """
    level = occasion.level or ("街道" if any(map(_WORDS["of_streets"].find, titles)) else None)
    official = origin if origin and _WORDS["official_origin"].find(origin) else None
    texts = [
        *((title, _TITLE) for title in titles),
        *((text, weight if report else _ORIGIN) for text, weight in _of_speaker(occasion, opening)),
        (issuer, _ISSUER),
        (listed, _LISTED),
        (official, _ORIGIN),
    ]
    named = [(text, weight) for text, weight in texts if text]
    context = "\n".join(text for text, _ in named)
    code = code_in_index_number(index_number)
    votes: _Votes = {}
    named_at_all: _Votes = {}

    def vote(region: Region | None, weight: int) -> None:
        if region is None:
            return
        for ballots in (named_at_all, votes) if _governed(region, level) else (named_at_all,):
            before = ballots.get(region.key, (0, region))[0]
            ballots[region.key] = (before + weight, region)

    seen: set[str] = set()
    for text, weight in named:
        if text not in seen:
            seen.add(text)
            vote(_resolved(text, context, source_region, code, body), weight)
    if _WORDS["speaks_for_the_state"].find(opening):
        vote(NATION, _SPEAKS)
    elsewhere = [keys for text in titles if (keys := first_named(text))] if source_region else []
    for hint, weight in ((source_region, _HINT), (code, _CODE)):
        region = region_by_code(hint) if hint is not None else None
        if region is not None and not votes:
            region = _of_the_speaker(region, opening)
        if region is not None and not votes and _is_elsewhere(region, elsewhere):
            continue  # 鼓楼区, and it is not said which: none of them is this site's own place
        if region is not None and _may_lead(region, votes, level):
            vote(region, weight + (_SPEAKER if votes and region.key not in votes else 0))
    local = _local(named, level)
    if local is not None and not any(region.code is None for _, region in votes.values()):
        site = region_by_code(source_region) if source_region else None
        return _inside(_winner(named_at_all) or site, local)
    if votes or not report or level is None or level in _TOWNS:
        return _winner(votes)
    return most_named(body[:_BODY_CHARS], level)  # 省人民政府, and nobody says which


_Votes = dict[str, tuple[int, Region]]  # Region.key -> weight, region


def _of_speaker(occasion: Occasion, opening: str) -> list[tuple[str | None, int]]:
    """The congress that heard the report, whose office spoke, and whom the speaker stands for."""
    rules = (_WORDS["speaks_for"], _WORDS["reports_on"])
    spoken = [match[1] for rule in rules for match in rule.pattern.finditer(opening)][:3]
    return [
        (occasion.meeting, _MEETING),
        (occasion.speaker_place, _SPEAKER),
        *((text, _SPEAKS) for text in spoken),
    ]


def _local(named: Sequence[tuple[str, int]], level: str | None) -> str | None:
    """The town or zone that these texts name with no division before it; in those that say little, only
    where a 镇长 or 乡长 spoke."""
    for least in (_SPEAKS, _ORIGIN) if level in _TOWNS else (_SPEAKS,):
        for text, weight in named:
            if weight >= least and (area := local_in(text)):
                return area
    return None


def _inside(around: Region | None, local: str) -> Region | None:
    """静观镇 on its district's portal: a place of its own in the one that is named, or whose site it is."""
    if around is None or around.code is None:
        return None
    if is_zone(around.code) and local.endswith("管委会"):
        return around  # 合肥高新区 is 合肥高新技术产业开发区, and no zone inside it
    return find_region(around.name + local, within=around.key)


def _winner(votes: _Votes) -> Region | None:
    if not votes:
        return None
    # A division below another one that was named carries its votes too: 渝北区 in a text of 重庆市.
    return max(
        votes.values(),
        key=lambda ballot: (
            ballot[0] + sum(w for w, other in votes.values() if _above(other, ballot[1])) * 0.5,
            len(ballot[1].path),
            ballot[1].key,
        ),
    )[1]


def _above(upper: Region, lower: Region) -> bool:
    return upper.key != lower.key and is_within(lower.key, upper.key)


def _of_the_speaker(hint: Region, opening: str) -> Region:
    """我代表市人民政府 on a county's portal: the city above it."""
    spoken = _WORDS["speaks_without_a_name"].find(opening)
    if spoken is None or not hint.name.endswith(("县", "旗")) or hint.parent_code is None:
        return hint
    above = region_by_code(hint.parent_code)
    return above if above is not None and above.name.endswith(spoken[1]) else hint


def _is_elsewhere(region: Region, named: Sequence[tuple[str, ...]]) -> bool:
    """Whether a text names places of which none is this one, lies in it or around it."""
    return any(
        not any(is_within(key, region.key) or is_within(region.key, key) for key in keys) for keys in named
    )


def _may_lead(hint: Region, votes: _Votes, level: str | None) -> bool:
    """A hint adds to what was read or fills a void. It outvotes a name only where the speaker governs such a
    place and none of the names is one: a 市长 on a city's portal, from the office of a district."""
    if not votes or hint.key in votes:
        return True
    return bool(
        level and hint.name.endswith(level) and not any(r.name.endswith(level) for _, r in votes.values())
    )


def _resolved(
    text: str, context: str, source_region: str | None, code: str | None, body: str
) -> Region | None:
    """What a text names; namesakes decided by the source's region, then the index number, then what lies
    around the source's region (its city, its province), then the body."""
    around = holders(source_region)[1:] if source_region else ()
    for within in dict.fromkeys((source_region, code, code[:4] + "00" if code else None, *around)):
        if region := find_region(text, within=within, context=context):
            return region
    return find_region(text, context=context + "\n" + body[:4_000]) if body else None
