"""An indicator by what somebody calls it: its id, or a label in Chinese or English. Pure."""

from __future__ import annotations

import difflib
from functools import lru_cache

from ingest.errors import ConfigError
from ingest.indicators.vocabulary import OTHER, load_vocabulary
from ingest.text.script import simplified_name

_NEAR = 3


def indicator_named(text: str, asked: str) -> str:
    """The id of the indicator that `text` names: gdp, 地区生产总值, GDP, "Retail sales".

    A spelling that reports use for several (城乡居民人均可支配收入) names none of them. `asked`: what for, as
    --indicator. Raises ConfigError where there is none, with what was probably meant.
    """
    said = simplified_name(text)
    if said in load_vocabulary().indicators or said == OTHER:
        return said
    known = _spellings()
    if (found := known.get(said.lower())) is not None:
        return found
    near = difflib.get_close_matches(said.lower(), [*load_vocabulary().indicators, *known], _NEAR)
    meant = list(dict.fromkeys(known.get(spelling, spelling) for spelling in near))
    advice = (
        f"perhaps {', '.join(meant)}" if meant else "try an id such as gdp, or a name such as 地区生产总值"
    )
    raise ConfigError(f"{asked} {text!r}: no indicator of that name; {advice}")


@lru_cache(maxsize=1)
def _spellings() -> dict[str, str]:
    vocabulary = load_vocabulary()
    found = {alias.lower(): ids[0] for alias, ids in vocabulary.aliases().items() if len(ids) == 1}
    for id_, indicator in vocabulary.indicators.items():
        found |= {indicator.label.lower(): id_, indicator.en.lower(): id_}
    return found
