"""What a filter lets through, in the words of a title or an e-mail. Pure.

Whether an event passes is ingest/filters.py.
"""

from __future__ import annotations

from collections.abc import Iterator

from alerts.words.language import ENGLISH, Words
from ingest.indicators.vocabulary import indicator_label
from ingest.model import Filter
from ingest.regions.gazetteer import region_by_code

FAMILIES = {  # of types of event: Chinese, English
    "report.*": ("报告", "reports"),
    "target.*": ("逐项目标", "single targets"),
    "copy.*": ("另见", "copies"),
    "source.*": ("来源", "sources"),
    "operator.*": ("人工处理", "decisions"),
    "*": ("一切", "everything"),
}


def filter_words(filter: Filter, words: Words) -> Iterator[str]:
    """Its parts, one by one; nothing where it lets all through."""
    in_english = words is ENGLISH
    yield from (_place(code, words) for code in filter.regions)
    yield from (words.kinds[kind] for kind in filter.kinds)
    yield from (indicator_label(indicator, "en" if in_english else "zh") for indicator in filter.indicators)
    families = {name: both[in_english] for name, both in FAMILIES.items()}
    yield from (families.get(type_) or words.events.get(type_, type_) for type_ in filter.types)
    if not filter.headline_only:
        yield "commitments too" if in_english else "含其他承诺"
    if filter.official_only:
        yield "official only" if in_english else "仅官方"
    if filter.backfill:
        yield "older reports too" if in_english else "含往年报告"


def _place(code: str, words: Words) -> str:
    region = region_by_code(code)
    return words.place(region) if region else code
