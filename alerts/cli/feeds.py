"""`gongbao feeds`: filters with a short address of their own. The feeds themselves are alerts/web/feeds/."""

from __future__ import annotations

import re
import secrets
from typing import Annotated

import typer

from alerts.cli.printing import print_listing
from alerts.feeds import named_feeds
from alerts.listing import lists
from ingest.errors import ConfigError
from ingest.filters import OPERATOR, asked_filter, family_of
from ingest.process.console import (
    AllTargetsOption,
    BackfillOption,
    Format,
    IndicatorsOption,
    KindsOption,
    LangOption,
    OfficialOnlyOption,
    RegionsOption,
    TypesOption,
    command_settings,
    now,
    opened,
)
from ingest.store import saved_feeds
from ingest.store.saved_feeds import SavedFeed
from ingest.text.given_name import given_name

app = typer.Typer(help="Feeds of a filter under a short address.", no_args_is_help=True)

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@app.command("add")
def feeds_add(
    name: Annotated[str, typer.Option(help="What it is called in readers.")],
    id: Annotated[
        str | None, typer.Option(help="Its address: /feeds/ID.atom; else a short random one.")
    ] = None,
    type_: TypesOption = None,
    region: RegionsOption = None,
    kind: KindsOption = None,
    indicator: IndicatorsOption = None,
    all_targets: AllTargetsOption = False,
    official_only: OfficialOnlyOption = False,
    backfill: BackfillOption = False,
) -> None:
    """Save a filter; prints the addresses of its feed. Whoever knows an address may read it."""
    if id is not None and not _ID.fullmatch(id):
        raise ConfigError(f"--id {id!r}: lower-case letters, digits and hyphens, at most 40")
    filter_ = asked_filter(
        types=type_,
        regions=region,
        kinds=kind,
        indicators=indicator,
        headline_only=not all_targets,
        official_only=official_only,
        backfill=backfill,
    )
    if secret := sorted({t for t in filter_.types for o in OPERATOR if t in (o, family_of(o))}):
        raise ConfigError(
            f"--type {', '.join(secret)}: only webhooks and channels are told; a feed is public"
        )
    settings = command_settings()
    feed = SavedFeed(id or secrets.token_hex(4), given_name(name, "--name"), filter_, now())
    with opened(settings, migrate=True) as store, store.begin() as tx:
        saved_feeds.add(tx, feed)
    topic = named_feeds.saved(feed.id, feed.name, feed.filter)
    for extension in named_feeds.EXTENSIONS:
        typer.echo(topic.address(settings.base_url, extension))


@app.command("list")
def feeds_list(format_: Format = "table", lang: LangOption = None) -> None:
    """The saved feeds."""
    settings = command_settings()
    with opened(settings) as store, store.read() as tx:
        rows = saved_feeds.all(tx)
    print_listing(lists.saved_feeds(rows, settings.base_url), format_, lang)


@app.command("remove")
def feeds_remove(id: Annotated[str, typer.Argument(help="The feed's id.")]) -> None:
    """Forget a saved feed; its address answers 404 afterwards."""
    with opened(command_settings()) as store, store.begin() as tx:
        if not saved_feeds.remove(tx, id):
            raise ConfigError(f"feed {id!r}: there is none; `gongbao feeds list` shows what there is")
    typer.echo(f"removed {id}")
