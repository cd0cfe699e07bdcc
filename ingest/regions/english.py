"""The names of divisions in English: Shapingba District, Inner Mongolia Autonomous Region. Pure.

english.csv holds them by code: pinyin and the level, long-established names where there are such (Hohhot,
Urumqi), readings as the place itself has them (长子 Zhangzi, 六安 Lu'an). Municipalities and cities at
prefecture level are plain: Chongqing, Baoding.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from importlib.resources import files

from ingest.regions.gazetteer import region_by_code

_LEVELS = re.compile(
    r"\b(?:autonomous|province|municipality|region|prefecture|city|district|county|banner|league|new area)\b"
)
_ALSO = {"xizang": "540000", "neimenggu": "150000"}
_NO_LETTER = re.compile(r"[^a-z]")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    with files("ingest.regions").joinpath("english.csv").open(encoding="utf-8") as lines:
        rows = csv.reader(lines)
        next(rows)
        return dict(rows)


@lru_cache(maxsize=1)
def _spellings() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {spelling: [code] for spelling, code in _ALSO.items()}
    for code, name in _names().items():
        if region_by_code(code) is None:
            continue
        for spelling in {_whole(name), _stem(name)}:
            found.setdefault(spelling, []).append(code)
    return {spelling: tuple(codes) for spelling, codes in found.items()}


def english_name(code: str | None) -> str | None:
    """`500106` -> "Shapingba District"; None for what has no code."""
    return _names().get(code) if code else None


def english_path(code: str | None) -> str | None:
    """`500106` -> "Shapingba District, Chongqing": the division and what it lies in."""
    region = region_by_code(code) if code else None
    names = []
    while region is not None and (name := english_name(region.code)):
        names.append(name)
        region = region_by_code(region.parent_code) if region.parent_code else None
    return ", ".join(names) or None


def codes_of(spelling: str) -> tuple[str, ...]:
    """The divisions that are written so: "Shapingba", "shapingba district", "Lu'an"; () for none."""
    known = _spellings()
    return known.get(_whole(spelling)) or known.get(_stem(spelling)) or ()


def spellings() -> tuple[str, ...]:
    """All that codes_of answers to, in small letters without spaces."""
    return tuple(_spellings())


def _whole(name: str) -> str:
    return _NO_LETTER.sub("", name.lower().replace("ü", "u"))


def _stem(name: str) -> str:
    return _whole(_LEVELS.sub("", name.lower())) or _whole(name)
