"""`gongbao search`: reports by what stands in their texts."""

from __future__ import annotations

from typing import Annotated

import typer

from alerts.cli.lists import LimitOption, YearsOption, print_rows
from alerts.listing import lists
from ingest.errors import ConfigError
from ingest.filters import KINDS, asked_years
from ingest.indicators.named import indicator_named
from ingest.model import Kind
from ingest.process.console import (
    Format,
    IndicatorsOption,
    LangOption,
    RegionsOption,
    command_settings,
    one_of,
    opened,
)
from ingest.process.panels import LOOK
from ingest.process.terminal import counted, err
from ingest.regions.named import place_named
from ingest.search.query import LONGEST, NOTHING_ASKED, terms
from ingest.store import search as texts
from ingest.store.search import COUNTED, Asked, place_of_hit

SHOWN = 20  # in a table, unless --limit says otherwise

app = typer.Typer()


@app.command(rich_help_panel=LOOK)
def search(
    query: Annotated[str, typer.Argument(help="Terms, all of which a text must have.")],
    region: RegionsOption = None,
    kind: Annotated[str | None, typer.Option(help="work_report, plan_report …")] = None,
    year: YearsOption = None,
    indicator: IndicatorsOption = None,
    limit: LimitOption = None,
    format_: Format = "table",
    lang: LangOption = None,
) -> None:
    """Reports with these words in text, title, place or speaker, and the sentence; the newest year first.

    Try:  gongbao search 低空经济 --region 重庆      gongbao search '"R&D经费" 制造业' --year 2020-2026
    """
    one_of("--kind", kind, KINDS)
    if len(query) > LONGEST:
        raise ConfigError(f"search: at most {LONGEST} characters, these are {len(query)}")
    if not terms(query):
        raise ConfigError(f"search {query!r}: {NOTHING_ASKED}")
    asked = Asked(
        query,
        regions=[place_named(name, "--region").key for name in region or ()],
        kind=Kind(kind) if kind is not None else None,
        years=None if year is None else asked_years(year, "--year"),
        indicators=[indicator_named(name, "--indicator") for name in indicator or ()],
    )
    with opened(command_settings()) as store, store.read() as tx:
        if format_ == "table":
            found = texts.search(tx, asked, limit=1)
            about = "" if found.exact else "more than " if found.count == COUNTED else "about "
            err().print(f"{about}{counted(found.count, 'report')}", style="dim")
        print_rows(
            lambda size, after: texts.every_hit(tx, asked, size, after),
            place_of_hit,
            lists.hits,
            limit=limit,
            format_=format_,
            lang=lang,
            most=SHOWN,
        )
