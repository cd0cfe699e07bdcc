"""Commands of the sites that are watched: sources list, on, off, look, coverage, check, new, discover."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from alerts.cli.check import sources_check
from alerts.cli.discover import sources_discover
from alerts.cli.printing import print_listing
from alerts.listing import lists, records
from alerts.listing.table import Column, Listing
from alerts.words.language import Words
from ingest.china_time import china_day
from ingest.errors import ConfigError
from ingest.model import Kind, SourceKind
from ingest.process.console import (
    Format,
    LangOption,
    RegionOption,
    command_settings,
    no_database,
    now,
    one_of,
    opened,
)
from ingest.process.terminal import counted
from ingest.regions.gazetteer import is_within
from ingest.regions.named import region_named
from ingest.settings import Settings
from ingest.source_health import source_row
from ingest.sources import coverage
from ingest.sources.draft import draft_source, write_draft
from ingest.sources.load import load_sources
from ingest.sources.spec import Source
from ingest.store import overview, switches
from ingest.store.regions import regions_reported

sources_app = typer.Typer(help="The sites that are watched.", no_args_is_help=True)
sources_app.command("discover")(sources_discover)
sources_app.command("check")(sources_check)

Slug = Annotated[str, typer.Argument(help="The source's slug, as `gongbao sources list` shows it.")]
_SOURCE_KINDS = [kind.value for kind in SourceKind if kind is not SourceKind.LOCAL]
_STATES = ("broken", "failing", "fine", "new", "off")
_FIELDS = (
    *("slug", "name", "kind", "family", "region", "enabled", "switched_on", "verified", "state", "official"),
    "home",
    *("cause", "broken_at", "broken_reason", "pages", "gone", "problems"),
    *("last_polled_at", "last_success_at", "next_poll_at", "note"),
)


@sources_app.command("list")
def sources_list(
    region: RegionOption = None,
    kind: Annotated[str | None, typer.Option(help="portal, repost or forum.")] = None,
    state: Annotated[str | None, typer.Option(help="broken, failing, fine, new or off.")] = None,
    format_: Format = "table",
    lang: LangOption = None,
) -> None:
    """The sites that are known, and how those that are watched fare.

    A site that is off (停用) is known but not watched: its address is a guess, or its file says
    `enabled = false`. `gongbao poll --source SLUG` looks at it all the same.
    """
    settings = command_settings()
    one_of("--kind", kind, _SOURCE_KINDS)
    one_of("--state", state, _STATES)
    wanted = region_named(region, "--region").key if region is not None else None
    known = load_sources(settings.sources_dir)
    faring = _health(settings)
    found = [_record(source, faring.get(slug)) for slug, source in known.items()]
    chosen = [
        one
        for one in found
        if (kind is None or one["kind"] == kind)
        and (state is None or one["state"] == state)
        and (wanted is None or (one["region"] is not None and is_within(one["region"], wanted)))
    ]
    print_listing(_listing(chosen), format_, lang)


@sources_app.command("coverage")
def sources_coverage(
    within: Annotated[str | None, typer.Option(help="A code or a name: only places there.")] = None,
    each: Annotated[bool, typer.Option("--places", help="A row a place instead of a row a level.")] = False,
    format_: Format = "table",
    lang: LangOption = None,
) -> None:
    """How much of the country is watched: of the provinces, prefectures and counties, how many have a source
    that is switched on, a column of work reports among its lists, a report of this year and of the last.
    """
    settings = command_settings()
    today = china_day(now())
    years = (today.year, today.year - 1)
    area = region_named(within, "--within").key if within is not None else None
    sources, reported = load_sources(settings.sources_dir), _reported(settings, years)
    if each:
        found = coverage.places(sources, today, reported, within=area)
        print_listing(lists.place_list(found), format_, lang)
    else:
        counted = coverage.shares(sources, today, reported, within=area)
        print_listing(lists.coverage_list(counted, years), format_, lang)


@sources_app.command("on")
def sources_on(slug: Slug) -> None:
    """Watch a source, whatever its file says. A poller that runs begins within half a minute."""
    _switch(slug, is_on=True)


@sources_app.command("off")
def sources_off(slug: Slug) -> None:
    """Watch a source no more, whatever its file says. What is known of it stays."""
    _switch(slug, is_on=False)


@sources_app.command("look")
def sources_look(slug: Slug) -> None:
    """Have a poller that runs look at the lists of a source within half a minute, at the pace of its host."""
    settings = command_settings()
    source = _known(settings, slug)
    with opened(settings) as store, store.begin() as tx:
        number = switches.look_now(tx, source.slug, now())
    if not number:
        raise ConfigError(f"source {slug!r}: it is not watched; `gongbao sources on {slug}` switches it on")
    typer.echo(f"{slug}: {counted(number, 'list')} due now")


def _switch(slug: str, *, is_on: bool) -> None:
    settings = command_settings()
    source = _known(settings, slug)
    with opened(settings, migrate=True) as store, store.begin() as tx:
        switches.switch(tx, source_row(source), is_on=is_on, by_file=source.enabled)
    typer.echo(f"{slug}: {'on' if is_on else 'off'}")


def _known(settings: Settings, slug: str) -> Source:
    known = load_sources(settings.sources_dir)
    if slug not in known:
        raise ConfigError(f"source {slug!r}: there is none; `gongbao sources list` shows what there is")
    return known[slug]


@sources_app.command("new")
def sources_new(
    url: Annotated[str, typer.Argument(help="The address of a list page, feed or JSON list.")],
    slug: Annotated[str | None, typer.Option(help="Its name here, such as cq-tongliang.")] = None,
    kind: Annotated[str | None, typer.Option(help="portal, repost or forum.")] = None,
    region: Annotated[str | None, typer.Option(help="What 本区 means there: a code.")] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write it into GONGBAO_SOURCES_DIR instead of printing it.")
    ] = False,
) -> None:
    """Look at a list page, recognise the family of its site, and print a source file for it."""
    if not url.lower().startswith(("http://", "https://")):
        raise ConfigError(f"sources new {url!r}: no address of a list, which begins with http:// or https://")
    settings = command_settings()
    draft = asyncio.run(draft_source(settings, url, slug=slug, kind=kind, region=region))
    if write:
        items = counted(len(draft.items), "item")
        typer.echo(f"{write_draft(settings, draft)}: {items}; `gongbao sources check {draft.slug}`")
    else:
        typer.echo(draft.toml, nl=False)


def _health(settings: Settings) -> dict[str, Any]:
    """How the sources fare, by slug; nothing where there is no database yet: looking makes none."""
    if no_database(settings):
        return {}
    with opened(settings) as store, store.read() as tx:
        switched = switches.switches(tx)
        return {
            row.slug: {**records.source_record(row), "switched_on": switched.get(row.slug)}
            for row in overview.source_rows(tx)
        }


def _reported(settings: Settings, years: Sequence[int]) -> dict[int, set[str]]:
    """By year, the codes of the regions whose work report is known."""
    if no_database(settings):
        return {year: set() for year in years}
    with opened(settings) as store, store.read() as tx:
        return {year: regions_reported(tx, Kind.WORK_REPORT, year) for year in years}


def _record(source: Source, health: dict[str, Any] | None) -> dict[str, Any]:
    row = source_row(source)
    blank = dict.fromkeys(
        ("broken_at", "broken_reason", "last_polled_at", "last_success_at", "next_poll_at"), None
    )
    broken = health is not None and health["broken_at"]
    return {
        "slug": source.slug,
        "name": row.name,
        "kind": row.kind.value,
        "family": source.family,
        "region": source.region,
        "enabled": source.enabled,
        "switched_on": None,
        "verified": str(source.verified),
        "note": source.note,
        "official": row.official,
        "home": row.home,
        **blank,
        "pages": 0,
        "gone": 0,
        "problems": 0,
        "lists": [],
        **(health or {}),
        "state": _state(source, health),
        "cause": health["state"] if health and broken else None,
    }


def _state(source: Source, health: dict[str, Any] | None) -> str:
    if health is not None and health["broken_at"]:
        return "broken"
    switched_on = None if health is None else health["switched_on"]
    if switched_on is False:
        return "off"
    if health is None or not health["last_polled_at"]:
        return "new" if source.enabled or switched_on else "off"
    return "failing" if any(one.get("failures") for one in health["lists"]) else "fine"


def _listing(found: list[dict[str, Any]]) -> Listing:
    return Listing(
        columns=(
            Column("代号", lambda r, w: str(r["slug"]), keep=True),
            Column("来源", lambda r, w: str(r["name"]), least=14),
            Column("系统", lambda r, w: str(r["family"]), keep=True),
            Column("状况", _said, least=12),
            Column("网页", lambda r, w: str(r["pages"]), right=True, keep=True),
            Column("上次轮询", lambda r, w: lists.clock(r, "last_polled_at"), keep=True),
        ),
        fields=_FIELDS,
        records=tuple(found),
    )


def _said(record: Mapping[str, Any], words: Words) -> str:
    if record["cause"]:
        return lists.source_state({**record, "state": record["cause"]}, words)
    return {
        "broken": words.say("异常"),
        "failing": words.say("有列表读不到"),
        "fine": words.say("正常"),
        "new": words.say("未轮询"),
        "off": words.say("停用"),
    }[record["state"]]
