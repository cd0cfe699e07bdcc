"""`gongbao sources check`: one source in full, or all of them as a table, JSON or a page.

How a source is looked at is ingest/sources/check.py and survey.py.
"""

from __future__ import annotations

import asyncio
import html
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from alerts.cli.printing import print_listing, words_for
from alerts.listing.table import Column, Listing
from alerts.words.language import CHINESE, Words
from ingest.china_time import china_day
from ingest.errors import ConfigError
from ingest.process.console import (
    Format,
    LangOption,
    command_settings,
    now,
)
from ingest.process.terminal import err
from ingest.regions.gazetteer import is_within
from ingest.regions.named import region_named
from ingest.settings import Settings
from ingest.sources.check import check_lists
from ingest.sources.load import load_sources, own_folder
from ingest.sources.saved_pages import SavedPages
from ingest.sources.spec import Source
from ingest.sources.survey import SourceCheck, survey, write_verified
from ingest.web.client import Fetcher
from ingest.web.pace import LocalPace
from ingest.web.session import Web

_FIELDS = ("slug", "name", "region", "fine", "report_column", "season", "proposed", "lists")


def sources_check(
    slugs: Annotated[list[str] | None, typer.Argument(help="The slugs of sources.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every source that is switched on.")] = False,
    within: Annotated[str | None, typer.Option(help="With --all: only there; a code or a name.")] = None,
    offline: Annotated[
        Path | None, typer.Option(help="A folder or a WARC of saved pages: nothing is asked of the net.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write `verified` into the files in GONGBAO_SOURCES_DIR.")
    ] = False,
    page: Annotated[Path | None, typer.Option(help="Write the result as a page, too.")] = None,
    format_: Format = "table",
    lang: LangOption = None,
) -> None:
    """Fetch a source's lists, their second pages and two articles each; say what is read and what looks
    wrong. Nothing is stored. Exit code 1 when something looks wrong.

    With --all every source in one run, each at its pace: a row a source, what the lists yield, whether it
    watches a column of reports, whether this year's report is there.
    """
    settings = command_settings()
    known = load_sources(settings.sources_dir)
    chosen = _chosen(known, slugs or [], all_=all_, within=within)
    folder = own_folder(settings.sources_dir, "sources check --write") if write else None
    if slugs and len(slugs) == 1 and format_ == "table" and not (write or page):
        raise typer.Exit(0 if asyncio.run(_say(settings, chosen[0], offline)) else 1)
    checks = sorted(asyncio.run(_survey(settings, chosen, offline)), key=lambda one: one.source.slug)
    if folder is not None:
        for path in write_verified(folder, checks, china_day(now())):
            err().print(f"{path.name}: verified", markup=False)
    if page is not None:
        page.write_text(_page(checks), encoding="utf-8")
    print_listing(_listing(checks), format_, lang)
    raise typer.Exit(0 if all(check.fine for check in checks) else 1)


def _chosen(known: Any, slugs: Sequence[str], *, all_: bool, within: str | None) -> list[Source]:
    if not slugs and not all_:
        raise ConfigError("sources check: name a source, or say --all")
    if unknown := [slug for slug in slugs if slug not in known]:
        raise ConfigError(f"source {unknown[0]!r}: there is none; `gongbao sources list` shows what there is")
    if slugs:
        return [known[slug] for slug in slugs]
    region = region_named(within, "--within") if within is not None else None
    return [
        source
        for source in known.values()
        if source.enabled
        and (region is None or (source.region is not None and is_within(source.region, region.key)))
    ]


def _web(settings: Settings, sources: Sequence[Source], offline: Path | None) -> Web:
    if offline is None:
        legacy = frozenset(host for source in sources for host in source.legacy_hosts)
        return Web.from_settings(settings, legacy_hosts=legacy)
    fetcher = Fetcher(user_agent=settings.user_agent, transport=SavedPages(offline))
    return Web(fetcher, pace=LocalPace(0), robots=None)


async def _say(settings: Settings, source: Source, offline: Path | None) -> bool:
    fine = True
    async with _web(settings, [source], offline) as web:
        async for check in check_lists(web, source, now()):
            fine = fine and check.fine
            for line in check.lines:
                typer.echo(f"{'ok   ' if line.fine else 'WRONG'} {line.text}")
    return fine


async def _survey(settings: Settings, sources: Sequence[Source], offline: Path | None) -> list[SourceCheck]:
    checks = []
    async with _web(settings, sources, offline) as web:
        async for check in survey(web, sources, now()):
            checks.append(check)
            if err().is_terminal and len(sources) > 2:
                said = _said(check.as_record(), words_for(None))
                err().print(f"{len(checks)}/{len(sources)} {check.source.slug}: {said}")
    return checks


def _said(record: Any, words: Words) -> str:
    """The worst of what was seen, in a few words."""
    errors = [one["error"] for one in record["lists"] if one["error"]]
    if errors:
        return words.between.join(dict.fromkeys(errors))
    remarks = [remark for one in record["lists"] for remark in one["remarks"]]
    return remarks[0] if remarks else words.say("正常")


def _column(record: Any, words: Words) -> str:
    if record["report_column"]:
        return words.say("有")
    if not record["proposed"]:
        return words.say("无")
    return words.say("无；建议 %(columns)s", columns=words.between.join(record["proposed"]))


def _newest(record: Any, _: Words) -> str:
    days = [one["newest_on"] for one in record["lists"] if one["newest_on"]]
    return max(days, default="—")


def _listing(checks: Sequence[SourceCheck]) -> Listing:
    return Listing(
        columns=(
            Column("代号", lambda r, w: str(r["slug"]), keep=True),
            Column("来源", lambda r, w: str(r["name"]), least=12),
            Column("条目", lambda r, w: "+".join(str(one["items"]) for one in r["lists"]), right=True),
            Column("最新", _newest, keep=True),
            Column("报告栏目", _column, least=8),
            Column("本年报告", lambda r, w: w.say("有") if r["season"] else "—", keep=True),
            Column("结果", _said, least=12),
        ),
        fields=_FIELDS,
        records=tuple(check.as_record() for check in checks),
    )


def _page(checks: Sequence[SourceCheck]) -> str:
    """The same as a page by itself."""
    listing = _listing(checks)
    head = "".join(f"<th>{html.escape(column.head(CHINESE))}</th>" for column in listing.columns)
    rows = "".join(
        f"<tr class='{'fine' if record['fine'] else 'wrong'}'>"
        + "".join(f"<td>{html.escape(column.text(record, CHINESE))}</td>" for column in listing.columns)
        + f"<td><details><summary>…</summary><pre>{html.escape(_as_text(record))}</pre></details></td></tr>"
        for record in listing.records
    )
    style = (
        "body{font:14px sans-serif}td,th{padding:.3em .6em;text-align:left;vertical-align:top}"
        ".wrong{background:#fdd}"
    )
    return (
        "<!doctype html><html lang='zh-CN'><meta charset='utf-8'><title>来源检查</title>"
        f"<style>{style}</style><table><thead><tr>{head}<th></th></tr></thead><tbody>{rows}</tbody></table></html>\n"
    )


def _as_text(record: Any) -> str:
    return json.dumps(record["lists"], ensure_ascii=False, indent=1)
