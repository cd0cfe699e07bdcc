"""What is known, listed: reports, targets, indicators, events."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Annotated, Any, NoReturn, TypeVar

import typer

from alerts.cli.printing import print_listing, print_pages, words_for
from alerts.listing import lists, records
from alerts.listing.table import Listing, printable
from alerts.words.language import Words
from ingest.errors import ConfigError, StoreError
from ingest.events import EventType
from ingest.filters import KINDS, asked_filter, asked_years
from ingest.indicators.named import indicator_named
from ingest.indicators.vocabulary import load_vocabulary
from ingest.model import Filter
from ingest.process.console import (
    BackfillOption,
    Format,
    IndicatorsOption,
    KindsOption,
    LangOption,
    OfficialOnlyOption,
    RegionsOption,
    TypesOption,
    command_settings,
    one_of,
    opened,
)
from ingest.process.panels import LOOK
from ingest.process.terminal import err
from ingest.regions.named import place_named
from ingest.store import browse, outbox, outcome
from ingest.store.db import Store
from ingest.store.paging import pages, place_of_report, place_of_target

LOOK_EVERY = 1.0  # seconds between two looks of `events --follow`
FOLLOWED_AT_ONCE = 100  # events of one look
REPORTS_SHOWN, TARGETS_SHOWN = 100, 1_000  # in a table, unless --limit says otherwise

Row = TypeVar("Row")
YearsOption = Annotated[
    str | None,
    typer.Option(help="The year that the targets are for: 2026, or 2020-2026.", metavar="YEAR[-YEAR]"),
]
LimitOption = Annotated[
    int | None, typer.Option(min=1, help="Rows at most; without it a table has the first, other formats all.")
]

app = typer.Typer()


@app.command(rich_help_panel=LOOK)
def reports(
    region: RegionsOption = None,
    kind: Annotated[str | None, typer.Option(help="work_report, plan_report …")] = None,
    year: YearsOption = None,
    query: Annotated[str | None, typer.Option("--query", "-q", help="Words of the title.")] = None,
    unclear: Annotated[
        bool,
        typer.Option("--unclear", help="Those that wait for `gongbao settle`: not clear which they are."),
    ] = False,
    limit: LimitOption = None,
    format_: Format = "table",
    lang: LangOption = None,
) -> None:
    """The reports that are known, newest first."""
    one_of("--kind", kind, KINDS)
    places = [place_named(name, "--region").key for name in region or ()]
    years = None if year is None else asked_years(year, "--year")
    with opened(command_settings()) as store, store.read() as tx:
        print_rows(
            lambda size, after: browse.reports(
                tx,
                region=places,
                kind=kind,
                year=years,
                query=query,
                unclear=unclear,
                limit=size,
                before=after,
            ),
            place_of_report,
            lists.reports,
            limit=limit,
            format_=format_,
            lang=lang,
            most=REPORTS_SHOWN,
        )


@app.command(rich_help_panel=LOOK)
def targets(
    region: RegionsOption = None,
    indicator: IndicatorsOption = None,
    kind: Annotated[str | None, typer.Option(help="work_report, plan_report …")] = None,
    year: YearsOption = None,
    headline: Annotated[
        bool | None, typer.Option("--headline/--commitments", help="Only one of the two; else both.")
    ] = None,
    with_outcomes: Annotated[
        bool, typer.Option("--with-outcomes", help="Beside each: met, missed, restated or unknown.")
    ] = False,
    limit: LimitOption = None,
    format_: Format = "table",
    lang: LangOption = None,
) -> None:
    """The targets of every report's leading version.

    With --with-outcomes each is laid beside what the reports of the next years say of its year.
    """
    one_of("--kind", kind, KINDS)
    places = [place_named(name, "--region").key for name in region or ()]
    measured = [indicator_named(name, "--indicator") for name in indicator or ()]
    years = None if year is None else asked_years(year, "--year")
    with opened(command_settings()) as store, store.read() as tx:
        print_rows(
            lambda size, after: browse.targets(
                tx,
                region=places,
                indicator=measured,
                year=years,
                headline=headline,
                kind=kind,
                limit=size,
                after=after,
            ),
            place_of_target,
            lambda rows: lists.targets(rows, outcome.answers(tx, rows) if with_outcomes else None),
            limit=limit,
            format_=format_,
            lang=lang,
            most=TARGETS_SHOWN,
        )


def print_rows(
    page: Callable[[int, Any], list[Row]],
    place: Callable[[Row], Any],
    listed: Callable[[list[Row]], Listing],
    *,
    limit: int | None,
    format_: str,
    lang: str | None,
    most: int,
) -> None:
    """Print rows as paging.pages gives them: all, or `limit`; of a table without a limit the first `most`,
    and a line that says there are more."""
    cut = limit is None and format_ == "table"

    def shown() -> Iterator[Listing]:
        for rows in pages(page, place, most + 1 if cut else limit):
            if cut and len(rows) > most:
                err().print(f"The first {most}; --limit shows more, --format csv all.", style="dim")
            yield listed(rows[:most] if cut else rows)

    print_pages(shown(), format_, lang)


@app.command(rich_help_panel=LOOK)
def indicators(format_: Format = "table", lang: LangOption = None) -> None:
    """What targets are read of: ids for filters, with their labels."""
    print_listing(lists.indicators(tuple(load_vocabulary().indicators.values())), format_, lang)


@app.command(rich_help_panel=LOOK)
def events(
    type_: TypesOption = None,
    region: RegionsOption = None,
    kind: KindsOption = None,
    indicator: IndicatorsOption = None,
    official_only: OfficialOnlyOption = False,
    backfill: BackfillOption = False,
    after: Annotated[int, typer.Option(help="Only events with a greater sequence.", min=0, max=2**62)] = 0,
    limit: Annotated[int, typer.Option(min=1, help="Rows at most.")] = 100,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on printing as they happen.")] = False,
    format_: Format = "table",
    lang: LangOption = None,
) -> None:
    """What was announced, newest first; with --follow one line each, as it happens."""
    filter_ = asked_filter(
        types=type_ or [t.value for t in EventType],
        regions=region,
        kinds=kind,
        indicators=indicator,
        headline_only=False,
        official_only=official_only,
        backfill=backfill,
    )
    if follow and format_ not in ("table", "json"):
        raise ConfigError(f"events --follow: lines for people or JSON lines, no {format_}")
    with opened(command_settings()) as store:
        if follow:
            _follow(store, filter_, after, words_for(lang), as_json=format_ == "json")
        with store.read() as tx:
            rows = outbox.events(tx, filter_, after=after, limit=limit)
        print_listing(lists.events(rows), format_, lang)


def _follow(store: Store, filter_: Filter, after: int, words: Words, *, as_json: bool) -> NoReturn:
    """One line an event, till the process is stopped. A database that is away is waited for."""
    away = False
    while True:
        try:
            with store.read() as tx:
                batch = outbox.events_after(tx, filter_, after, FOLLOWED_AT_ONCE)
        except StoreError as exc:
            if not away:
                err().print(f"waiting for the database: {exc}", markup=False)
            away = True
            time.sleep(LOOK_EVERY)
            continue
        away = False
        for event in batch.events:
            if as_json:
                line = json.dumps(records.event_record(event), ensure_ascii=False)
                typer.echo(line.encode(errors="replace"))  # a lone surrogate is not to be encoded
            else:
                title = printable(words.title(event))
                typer.echo(f"{event.occurred_at:%F %T}Z  {event.type:<20} {title}")
        after = batch.reached
        if not batch.more:
            time.sleep(LOOK_EVERY)
