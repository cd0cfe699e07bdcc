"""An indicator by what somebody calls it: its id, or a label in Chinese or English. Pure."""

from __future__ import annotations

import difflib
from functools import lru_cache

from ingest.errors import ConfigError
from ingest.indicators.vocabulary import OTHER, load_vocabulary
from ingest.text.script import simplified_name

_NEAR = 3
_APART = "\n"


def indicator_named(text: str, asked: str) -> str:
    """The id of the indicator that `text` names: gdp, 地区生产总值, GDP, "Retail sales".

    A spelling that reports use for several (城乡居民人均可支配收入) names none of them. `asked`: what for, as
    --indicator. Raises ConfigError where there is none, with what was probably meant.
    """
    said = simplified_name(text)
    if said in load_vocabulary().indicators or said == OTHER:
        return said
    small = said.lower()
    if (found := _called(small)) is not None:
        return found
    every = {name for names in _names().values() for name in names.strip(_APART).split(_APART)}
    near = difflib.get_close_matches(small, [*load_vocabulary().indicators, *every], _NEAR)
    meant = list(dict.fromkeys(_called(spelling) or spelling for spelling in near))
    advice = (
        f"perhaps {', '.join(meant)}" if meant else "try an id such as gdp, or a name such as 地区生产总值"
    )
    raise ConfigError(f"{asked} {text!r}: no indicator of that name; {advice}")


def _called(small: str) -> str | None:
    if not small.isprintable():  # then it may be two names
        return None
    line = f"{_APART}{small}{_APART}"
    return next((id_ for id_, names in _names().items() if line in names), None)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    """What each indicator is called and no other is, in small letters, `_APART` before and behind each. By
    name they would be 10 MB."""
    vocabulary = load_vocabulary()
    names = {
        id_: f"{_APART}{one.label.lower()}{_APART}{one.en.lower()}{_APART}"
        for id_, one in vocabulary.indicators.items()
    }
    for ids, aliases in vocabulary.spellings():
        if len(ids) == 1:
            names[ids[0]] += "".join(f"{spelling.lower()}{_APART}" for spelling in aliases)
    return names
