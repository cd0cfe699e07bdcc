"""A region by what somebody calls it: a code, or a name with or without its path. Pure."""

from __future__ import annotations

from ingest.errors import ConfigError
from ingest.model import Region
from ingest.regions.gazetteer import find_region, namesakes, region_by_code

_SHOWN = 8


def region_named(text: str, asked: str) -> Region:
    """The division that `text` names: 500106, 沙坪坝区, 重庆市沙坪坝区. `asked`: what for, as --region.

    Raises ConfigError where there is none, and where several have that name, with their codes.
    """
    said = text.strip()
    region = region_by_code(said) if said.isdigit() else find_region(said)
    if region is not None and region.code is not None:
        return region
    several = namesakes(said)
    if len(several) == 1:
        return several[0]
    if several:
        named = "; ".join(f"{one.code} {''.join(one.path)}" for one in several[:_SHOWN])
        more = f" and {len(several) - _SHOWN} more" if len(several) > _SHOWN else ""
        raise ConfigError(
            f"{asked} {text!r}: {len(several)} divisions are called so; say which: {named}{more}"
        )
    raise ConfigError(f"{asked} {text!r}: no division of that code or name; try a code such as 500000")
