"""Whose report it is: the division that speaks, voted on by the texts that name one. Pure.

How a name in one text becomes a division is regions.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.identity.occasion import Occasion
from ingest.identity.regions import find_region, is_within, region_by_code
from ingest.model import Region

_SPEAKS_FOR = re.compile(r"(?:代表|受)([一-鿿]{2,24}?)(?:人民政府|政府|管委会|管理委员会)")
_OFFICIAL_ORIGIN = re.compile(r"政府|管委会|发展改革|发改|财政")
# 11500106009290411N: a unified social credit code (GB 32100) has the division in positions 3 to 8.
_CREDIT_CODE = re.compile(r"^1[0-9A-Z](\d{6})[0-9A-Z]{9}")
_CODE_FIRST = re.compile(r"^(\d{6})\d{0,4}/")

# How far each text is to be believed. The congress and the speaker's line are part of the report itself; a
# title is often rewritten by who reposts it; a portal also publishes what others wrote.
_TITLE, _MEETING, _SPEAKER, _SPEAKS, _ISSUER, _ORIGIN, _HINT, _CODE = 5, 4, 3, 3, 2, 1, 1, 1


def code_in_index_number(index_number: str | None) -> str | None:
    """The division code inside an 索引号, if it holds a known one; a hint only: rules differ by place."""
    text = (index_number or "").replace(" ", "")
    found = _CREDIT_CODE.match(text) or _CODE_FIRST.match(text)
    if found is None:
        return None
    code = found[1]
    if region_by_code(code) is None and code.endswith("00"):
        return None
    return code if region_by_code(code) else None


def _governed(region: Region, level: str | None) -> bool:
    """Whether a 区长 can govern this: a province has a 省长, a county no 州长 (nothing known: yes).

    Counties become districts and keep their old texts, so among counties the word does not matter.
    """
    if level is None or region.code is None:
        return True
    if region.code.endswith("0000"):
        return level in ("省", "市", "自治区")
    if region.code.endswith("00"):
        return level in ("市", "州", "盟")
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
    report: bool = True,
    body: str = "",
) -> Region | None:
    """The division a document is about.

    Votes: congress, speaker and title first, then whom the speaker stands for, the issuer, 来源, the source's
    own region (`source_region`, a code) and the code in the 索引号. Each text is context for the others'
    namesakes; `body` breaks a tie by counting the cities above them. `report` False: the congress and the
    speaker are news, so the title and the issuer lead.
    """
    spoken = [found[1] for found in _SPEAKS_FOR.finditer(opening)][:2]
    official = origin if origin and _OFFICIAL_ORIGIN.search(origin) else None
    texts = [
        *((title, _TITLE) for title in titles),
        (occasion.meeting, _MEETING if report else _ORIGIN),
        (occasion.speaker_place, _SPEAKER if report else _ORIGIN),
        *((text, _SPEAKS if report else _ORIGIN) for text in spoken),
        (issuer, _ISSUER),
        (official, _ORIGIN),
    ]
    named = [(text, weight) for text, weight in texts if text]
    context = "\n".join(text for text, _ in named)
    code = code_in_index_number(index_number)
    votes: dict[str, tuple[int, Region]] = {}

    def vote(region: Region | None, weight: int) -> None:
        if region is not None and _governed(region, occasion.level):
            before = votes.get(region.key, (0, region))[0]
            votes[region.key] = (before + weight, region)

    seen: set[str] = set()
    for text, weight in named:
        if text not in seen:
            seen.add(text)
            vote(_resolved(text, context, source_region, code, body), weight)
    for hint, weight in ((source_region, _HINT), (code, _CODE)):
        if hint is not None and _may_lead(hint, votes):
            vote(region_by_code(hint), weight)
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


def _may_lead(hint: str, votes: dict[str, tuple[int, Region]]) -> bool:
    """A hint adds to what was read or fills a void; it never outvotes a name that was read."""
    return not votes or hint in votes


def _resolved(
    text: str, context: str, source_region: str | None, code: str | None, body: str
) -> Region | None:
    """What a text names; namesakes decided by the source's region, then the index number, then the body."""
    for within in dict.fromkeys((source_region, code, code[:4] + "00" if code else None)):
        if region := find_region(text, within=within, context=context):
            return region
    return find_region(text, context=context + "\n" + body[:4_000]) if body else None
