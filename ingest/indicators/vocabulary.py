"""Load the vocabulary of targets from indicators.toml. Pure: reads only the file beside it, once.

How a phrase becomes a figure is workers/targets/grammar.py.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product
from typing import Any, Literal

from ingest.errors import ConfigError
from ingest.model import Measure

OTHER = "other"
DEFAULT_BOUNDS = (-90.0, 400.0)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. `bounds`: the percentages believed; `levels`: units of a level, multiplier folded in."""

    id: str
    label: str
    en: str
    measure: Measure
    levels: tuple[str, ...]
    bounds: tuple[float, float]
    core: bool
    group: str | None
    index: tuple[float, float] | None = None  # bare numbers that are a level: a price index of 103
    per_mille: float | None = None  # a percentage above it is a ‰ that its page has broken
    rate: str | None = None  # the indicator that a percentage of it is of
    parts: tuple[str, ...] = ()  # the indicators that several numbers of its name are of
    also: tuple[str, ...] = ()  # other names of the very same measure

    def is_per_mille(self, percentage: float) -> bool:
        return self.per_mille is not None and percentage > self.per_mille

    def is_index(self, value: float) -> bool:
        return self.index is not None and self.index[0] <= value <= self.index[1]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All indicators by id, and the document that has their spellings."""

    indicators: Mapping[str, Indicator]
    document: Mapping[str, Any]

    def aliases(self) -> dict[str, tuple[str, ...]]:
        """Every spelling: an alias names one or more ids, none for a void phrase. Raises ConfigError when one
        stands twice. They are 60,000, and made anew each time: whoever needs them keeps what he makes of
        them."""
        found: dict[str, tuple[str, ...]] = {}
        for ids, spellings in self.spellings():
            for spelling in spellings:
                if found.setdefault(spelling, ids) != ids:
                    raise ConfigError(
                        f"reading indicators.toml: {spelling!r} means {found[spelling]} and {ids}; "
                        "name it once"
                    )
        return found

    def spellings(self) -> Iterator[tuple[tuple[str, ...], Iterator[str]]]:
        """Ids with the spellings that mean them, a few at a time: all together they are 9 MB."""
        parts = self.document.get("parts", {})
        for ids, entry in self._named():
            for pattern in entry["aliases"]:
                yield ids, filter(None, expand(_filled(pattern, parts)))

    def _named(self) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
        for entry in self.document.get("indicator", ()):
            yield (entry["id"],), entry
        for entry in self.document.get("pair", ()):
            yield tuple(entry["ids"]), entry
        for entry in self.document.get("void", ()):
            yield (), entry


_PIECE = re.compile(r"\{([a-z_]+)\}")
_PART = re.compile(r"\(([^()]*)\)(\?)?|([^()]+)")


def expand(pattern: str) -> Iterator[str]:
    """All spellings of an alias: `(a|b)` is a choice, `(a|b)?` may be left out; parts do not nest."""
    choices: list[tuple[str, ...]] = []
    at = 0
    for match in _PART.finditer(pattern):
        if match.start() != at:
            break
        at = match.end()
        options = tuple(match[1].split("|")) if match[1] is not None else (match[3],)
        choices.append((*options, "") if match[2] else options)
    if at != len(pattern):
        raise ConfigError(f"reading the alias {pattern!r} in indicators.toml: unbalanced or nested brackets")
    for parts in product(*choices):
        yield "".join(parts)


def _filled(pattern: str, parts: Mapping[str, str]) -> str:
    """The alias with its {parts}."""

    def part(match: re.Match[str]) -> str:
        if match[1] not in parts:
            raise ConfigError(f"reading the alias {pattern!r} in indicators.toml: no part {match[1]!r}")
        return parts[match[1]]

    return _PIECE.sub(part, pattern)


def _indicator(entry: Mapping[str, Any]) -> Indicator:
    try:
        low, high = entry.get("bounds", DEFAULT_BOUNDS)
        return Indicator(
            id=entry["id"],
            label=entry["label"],
            en=entry["en"],
            measure=Measure(entry["measure"]),
            levels=tuple(entry["levels"]),
            bounds=(float(low), float(high)),
            core=bool(entry.get("core", False)),
            group=entry.get("group"),
            index=tuple(entry["index"]) if "index" in entry else None,
            per_mille=entry.get("per_mille"),
            rate=entry.get("rate"),
            parts=tuple(entry.get("parts", ())),
            also=tuple(entry.get("also", ())),
        )
    except (KeyError, ValueError) as exc:
        raise ConfigError(
            f"reading indicators.toml: the entry {dict(entry)!r} is not complete: {exc}"
        ) from exc


def parse_vocabulary(document: Mapping[str, Any]) -> Vocabulary:
    """Build the vocabulary from parsed TOML; raise ConfigError when an id stands twice."""
    indicators: dict[str, Indicator] = {}
    for entry in document.get("indicator", ()):
        indicator = _indicator(entry)
        if indicator.id in indicators:
            raise ConfigError(f"reading indicators.toml: the id {indicator.id!r} stands twice")
        indicators[indicator.id] = indicator
    return Vocabulary(indicators, document)


@cache
def load_vocabulary() -> Vocabulary:
    """The vocabulary that the package ships."""
    text = resources.files("ingest.indicators").joinpath("indicators.toml").read_text(encoding="utf-8")
    return parse_vocabulary(tomllib.loads(text))


def indicator_label(indicator: str, lang: Literal["zh", "en"] = "zh") -> str:
    """The name of an indicator for people; an id outside the vocabulary is its own name."""
    known = load_vocabulary().indicators.get(indicator)
    if known is None:
        return {"zh": "其他", "en": "Other"}[lang] if indicator == OTHER else indicator
    return known.label if lang == "zh" else known.en


def english_label(indicator: str) -> str | None:
    """None for what is outside the vocabulary (`other`)."""
    known = load_vocabulary().indicators.get(indicator)
    return known.en if known else None
