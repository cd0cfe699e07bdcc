"""A filter, from what somebody asks for, and whether an event passes it. Pure.

The one answer for webhooks, feeds, the API and the command. What names nothing is refused: a misspelt filter
would keep silent for ever. SQL may choose roughly beforehand (store/outbox.py); this has the last word. Who
is told is alerts/delivery/fanout.py.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from ingest.errors import ConfigError
from ingest.events import EventType, as_object
from ingest.indicators.named import indicator_named
from ingest.model import Event, Filter, Kind
from ingest.regions.gazetteer import is_within
from ingest.regions.named import region_named

MOST = 500  # of each part of a filter; an expression of SQLite may be 1,000 deep

# A popular report is copied by dozens of sites, and what the operator decides shows in what follows from it:
# who wants to hear of these must name the type (or "*").
QUIET = frozenset(
    {
        EventType.COPY_APPEARED.value,
        EventType.OPERATOR_MERGED.value,
        EventType.OPERATOR_SPLIT.value,
        EventType.OPERATOR_UNDONE.value,
    }
)
_OF_DIFFERENCES = frozenset(
    {EventType.REPORT_COMPLETED, EventType.REPORT_REVISED, EventType.REPORT_CONTRADICTED}
)
# What is between the operator and one subscriber: nobody hears of it who does not name it, not even by "*",
# and no address that is open to the world gives it (alerts/web/feeds/queries.py, `gongbao feeds`).
OPERATOR = frozenset({EventType.ENDPOINT_DISABLED.value})
KINDS = tuple(kind.value for kind in Kind)
ANY = ""
"""Among the indicators of an event: whichever is asked for."""


def family_of(type_: str) -> str:
    """ "target.revised" -> "target.*"."""
    return type_.partition(".")[0] + ".*"


OF_REPORTS = ("report.*",)
"""What feeds, e-mails and messages tell of where nobody asks for a type: one entry for each report."""
_EVENTS = tuple(t.value for t in EventType)
TYPES = (*_EVENTS, *dict.fromkeys(family_of(name) for name in _EVENTS), "*")


def of_reports(filter: Filter) -> Filter:
    """The filter of a feed or a mailbox."""
    return filter if filter.types else replace(filter, types=OF_REPORTS)


def asked_filter(
    *,
    types: Iterable[str] | None = None,
    regions: Iterable[str] | None = None,
    kinds: Iterable[str] | None = None,
    indicators: Iterable[str] | None = None,
    headline_only: bool = True,
    official_only: bool = False,
    backfill: bool = False,
    label: Callable[[str], str] = "--{}".format,
) -> Filter:
    """The filter of these names, each part sorted and without repeats.

    Regions and indicators by any of their names; a type is an event, a family ("target.*") or "*". `label`:
    how the reader wrote a part, from its name in the singular. Raises ConfigError for what names nothing, and
    for too many of a part.
    """

    def part(name: str, values: Iterable[str] | None, known: Callable[[str, str], str]) -> tuple[str, ...]:
        said = list(values or ())
        if len(said) > MOST:
            raise ConfigError(f"{label(name)}: {len(said)} of them; {MOST} are the most")
        return tuple(sorted({known(value, label(name)) for value in said}))

    return Filter(
        types=part("type", types, lambda value, asked: one_of(value, asked, TYPES)),
        regions=part("region", regions, lambda value, asked: region_named(value, asked).key),
        kinds=part("kind", kinds, lambda value, asked: one_of(value, asked, KINDS)),
        indicators=part("indicator", indicators, indicator_named),
        headline_only=headline_only,
        official_only=official_only,
        backfill=backfill,
    )


class Years(NamedTuple):
    """From the first to the last, both of them."""

    first: int
    last: int


EARLIEST, LATEST = 1949, 2100  # years that can be asked for
_YEARS = re.compile(r"(\d{4})(?:-(\d{4}))?", re.ASCII)


def asked_years(said: str, asked: str) -> Years:
    """`2026`, or `2020-2026`. Raises ConfigError for what is no year, and for a range that ends before it
    begins."""
    found = _YEARS.fullmatch(said.strip())
    if found is None:
        raise ConfigError(f"{asked} {said!r}: a year (2026), or from one to another (2020-2026)")
    first, last = int(found[1]), int(found[2] or found[1])
    if first > last:
        raise ConfigError(f"{asked} {said!r}: ends before it begins; perhaps {last}-{first}")
    if first < EARLIEST or last > LATEST:
        raise ConfigError(f"{asked} {said!r}: years from {EARLIEST} to {LATEST}")
    return Years(first, last)


def one_of(value: str, asked: str, known: Collection[str]) -> str:
    """`value` if it is one of `known`. Raises ConfigError otherwise, with what was probably meant."""
    if value in known:
        return value
    near = difflib.get_close_matches(value.lower(), known, 3)
    raise ConfigError(
        f"{asked} {value!r}: "
        + (f"there is none; perhaps {', '.join(near)}" if near else f"one of {', '.join(known)}")
    )


def matches(filter: Filter, event: Event) -> bool:
    """Whether `event` is wanted.

    - `types`: exact names, a family ("target.*") or "*" for all; empty: all but `copy.appeared` and
      `operator.*`. `endpoint.disabled` is for whoever names it or its family: "*" is not enough.
    - `regions`: the event's region is one of them or lies below one; a development zone counts as
      lying in the division that holds it. An event without a region passes only an empty field.
    - `kinds`: the kind of the report; an event without a report passes only an empty field.
    - `indicators`: of the target, before or after the change; of a report event: of any target that it
      lists, of report.completed: that the part lacked. A report event that lists none because it is not
      about figures (withdrawn, overdue) passes.
    - `headline_only`: refuses target events of which neither the old nor the new figure is a headline
      figure; says nothing of other events.
    - `official_only`: refuses what was seen on an unofficial source.
    - `backfill`: takes the history too that a first look found (docs/events.md); else it is refused.
    """
    return (
        wants_type(filter, event.type)
        and (not filter.regions or _lies_in(filter.regions, event.data))
        and (not filter.kinds or _report(event.data).get("kind") in filter.kinds)
        and _wants_figures(filter, event)
        and not (filter.official_only and as_object(event.data.get("source")).get("official") is False)
        and (filter.backfill or event.data.get("backfill") is not True)
    )


def wants_type(filter: Filter, type_: str) -> bool:
    types = filter.types
    if not types:
        return type_ not in QUIET | OPERATOR
    return type_ in types or family_of(type_) in types or ("*" in types and type_ not in OPERATOR)


def _lies_in(regions: tuple[str, ...], data: Mapping[str, Any]) -> bool:
    region = as_object(_report(data).get("region"))
    code = region.get("code") or region.get("parent_code")
    return code is not None and any(is_within(code, ancestor) for ancestor in regions)


def _wants_figures(filter: Filter, event: Event) -> bool:
    of_target = event.type.startswith("target.")
    if of_target and filter.headline_only and not any(f.get("headline") for f in _figures((event.data,))):
        return False
    return not filter.indicators or not indicators_of(event).isdisjoint({*filter.indicators, ANY})


def indicators_of(event: Event) -> frozenset[str]:
    """Which indicators the event is about; `ANY` where it passes whichever is asked for."""
    data = event.data
    if event.type.startswith("target."):
        listed = _figures((data,))
    elif not event.type.startswith(("report.", "copy.")):
        return frozenset()  # a source or an endpoint has no indicators, nor has a decision
    elif "targets" not in data and "differences" not in data:
        return frozenset({ANY})
    else:
        listed = _figures(data.get("differences") or ())
        if event.type not in _OF_DIFFERENCES:  # the others that these list were told before
            listed += map(as_object, data.get("targets") or ())
    named = (figure.get("indicator") for figure in listed)
    return frozenset(name for name in named if name and isinstance(name, str))


def _figures(pairs: Iterable[object]) -> list[Mapping[str, Any]]:
    """The figures of {"target": …, "previous": …} objects, those that are there."""
    return [
        figure
        for pair in pairs
        for figure in (as_object(as_object(pair).get("target")), as_object(as_object(pair).get("previous")))
        if figure
    ]


def _report(data: Mapping[str, Any]) -> Mapping[str, Any]:
    return as_object(data.get("report"))
