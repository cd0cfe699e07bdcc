"""A region by what somebody calls it: a code, or a name in Chinese or English, maybe with its path. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from ingest.errors import ConfigError
from ingest.model import Region
from ingest.regions.english import codes_of, english_name, spellings
from ingest.regions.gazetteer import (
    NATION,
    find_region,
    is_within,
    known_names,
    namesakes,
    region_by_code,
    short_names,
)
from ingest.text.script import simplified_name

_SHOWN = 8
_NEAR = 3
_MEANT = 24


def region_named(text: str, asked: str) -> Region:
    """The division that `text` names: 500106, 沙坪坝区, 重庆市沙坪坝区, Shapingba, "Gulou, Nanjing".

    `asked`: what for, as --region. Raises ConfigError where there is none, with what was probably meant, and
    where several have that name, with their codes. The name alone means a province where one is called so
    (海南), and of divisions that lie in each other (朝阳市, 朝阳县) the outer one.
    """
    region = _place(text, asked)
    if region is None or region.code is None:
        raise _no_such(text, asked)
    return region


def place_named(text: str, asked: str) -> Region:
    """As region_named, and also a place without a code: 重庆高新技术产业开发区."""
    region = _place(text, asked)
    if region is None:
        raise _no_such(text, asked)
    return region


def perhaps_meant(text: str) -> tuple[Region, ...]:
    """The divisions of that name where there are several, else those of the names that are nearest to it."""
    said = simplified_name(text)
    if said[:1].isdigit():
        above = (said[:4] + "00", said[:2] + "0000")
        return tuple(region for code in above if code != said and (region := region_by_code(code)))[:1]
    if not said.isascii():
        names = [said] if namesakes(said) else difflib.get_close_matches(said, known_names(), _NEAR)
        return tuple(dict.fromkeys(one for name in names for one in namesakes(name)))[:_MEANT]
    name = said.partition(",")[0]
    near = [name] if codes_of(name) else difflib.get_close_matches(name.lower(), spellings(), _NEAR, 0.75)
    codes = dict.fromkeys(code for one in near for code in codes_of(one))
    return tuple(region for code in codes if (region := region_by_code(code)))[:_MEANT]


def _place(text: str, asked: str) -> Region | None:
    said = simplified_name(text)
    if said[:6].isascii() and said[:6].isdigit():
        return region_by_code(said)
    if said in NATION.path:
        return NATION
    if not said.isascii():
        region = find_region(said)
        return region if region and _is_its_name(said, region) else _the_one(namesakes(said), text, asked)
    name, *above = said.split(",")
    holders = [code for part in above for code in codes_of(part)]
    codes = [c for c in codes_of(name) if not above or any(is_within(c, holder) for holder in holders)]
    return _the_one([region for code in codes if (region := region_by_code(code))], text, asked)


def _is_its_name(text: str, region: Region) -> bool:
    """Whether nothing else stands in the text: 沙平坝区 holds 平坝区, and names nothing."""
    if text == region.name:
        return True
    rest = text
    for name in region.path[:-1]:
        stem = next((n for n in (name, *short_names(name)) if rest.startswith(n)), "")
        rest = rest[len(stem) :]
    return rest == region.name or region in namesakes(rest)


def _the_one(several: Sequence[Region], text: str, asked: str) -> Region | None:
    provinces = [one for one in several if one.parent_code is None]
    for one in provinces or several:
        if provinces or all(is_within(other.key, one.key) for other in several):
            return one
    if not several:
        return None
    named = "; ".join(f"{one.code} {''.join(one.path)}" for one in several[:_SHOWN])
    more = f" and {len(several) - _SHOWN} more" if len(several) > _SHOWN else ""
    raise ConfigError(f"{asked} {text!r}: {len(several)} divisions are called so; say which: {named}{more}")


def _no_such(text: str, asked: str) -> ConfigError:
    meant = _near(simplified_name(text))
    advice = f"perhaps {', '.join(meant)}" if meant else "try a code such as 500000, or a name such as 重庆"
    return ConfigError(f"{asked} {text!r}: no division of that code or name; {advice}")


def _near(text: str) -> list[str]:
    if text.isascii() and text.isdigit():
        above = (text[:4] + "00", text[:2] + "0000")
        regions = [region for code in above if code != text and (region := region_by_code(code))]
        return [f"{region.code} {''.join(region.path)}" for region in regions[:1]]
    if not text.isascii():
        return difflib.get_close_matches(text, known_names(), _NEAR)
    near = difflib.get_close_matches(text.lower(), spellings(), _NEAR, cutoff=0.75)
    return list(dict.fromkeys(english_name(codes_of(one)[0]) or one for one in near))
