"""What somebody may mean who has begun to type the name of a division or of an indicator. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from ingest.indicators.vocabulary import Indicator, load_vocabulary
from ingest.model import Region
from ingest.regions.english import codes_of, spellings
from ingest.regions.gazetteer import known_names, namesakes, region_by_code
from ingest.search.fold import BREAK, folded

MOST = 10
_BEFORE = "\0"  # each name: it folds to nothing, so that no name has it


def regions(begun: str) -> tuple[Region, ...]:
    """Divisions by a name that begins so, then those by one that goes on so; of each the larger ones first.
    By what a code begins with, the one division."""
    said = _letters(begun)
    if said.isdigit():
        region = region_by_code(f"{said:0<6}")
        return (region,) if region else ()
    found: dict[str, tuple[bool, int, str, Region]] = {}
    for name in (spellings() if said.isascii() else known_names()) if said else ():
        if said not in name:
            continue
        for region in _called(name):
            rank = (not name.startswith(said), len(region.path), region.key, region)
            found[region.key] = min(rank, found.get(region.key, rank), key=lambda one: one[:3])
    return tuple(rank[3] for rank in sorted(found.values(), key=lambda one: one[:3])[:MOST])


def _letters(begun: str) -> str:
    return folded(begun).replace(BREAK, "")


def _called(name: str) -> tuple[Region, ...]:
    if not name.isascii():
        return namesakes(name)
    return tuple(region for code in codes_of(name) if (region := region_by_code(code)))


def indicators(begun: str) -> tuple[Indicator, ...]:
    """Indicators by a name, Chinese or English, that begins so; then those by one that goes on so."""
    said = _letters(begun)
    known = load_vocabulary().indicators
    found = [
        (f"{_BEFORE}{said}" not in names, id_) for id_, names in _names().items() if said and said in names
    ]
    return tuple(known[id_] for _, id_ in sorted(found, key=lambda one: one[0])[:MOST])


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """All that an indicator is called, `_BEFORE` each."""
    vocabulary = load_vocabulary()
    names = {id_: _begun([id_, one.label, one.en]) for id_, one in vocabulary.indicators.items()}
    for ids, aliases in vocabulary.spellings():
        called = _begun(aliases)
        for id_ in ids:
            names[id_] += called
    return names


def _begun(names: Iterable[str]) -> str:
    return "".join(f"{_BEFORE}{folded(name)}" for name in names)
