"""`gongbao sources discover`: from home pages to columns of reports, for one site or for a whole province.

How a site is searched is ingest/sources/discover.py; here are many sites at once, what is kept between
two runs, and what is printed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from alerts.cli.printing import print_listing, words_for
from alerts.listing.table import Column, Listing
from alerts.words.language import Words
from ingest.china_time import china_day
from ingest.errors import ConfigError
from ingest.model import Region
from ingest.process.console import (
    Format,
    LangOption,
    command_settings,
    now,
)
from ingest.process.terminal import err
from ingest.regions.named import region_named
from ingest.settings import Settings
from ingest.sources.discover import BUDGET, Discovery, Reason, discover, source_text
from ingest.sources.draft import slug_of
from ingest.sources.load import load_source, own_folder
from ingest.sources.portals import home_of, homes_within
from ingest.web.session import Web

AT_ONCE = 24  # sites; each is asked one page at a time
_FIELDS = ("region", "name", "home", "reason", "detail", "requests", "columns")


@dataclass(frozen=True, slots=True)
class _Site:
    home: str
    region: Region | None


def sources_discover(
    homes: Annotated[
        list[str] | None,
        typer.Argument(help="Home pages, or codes or names of regions whose home page is known."),
    ] = None,
    within: Annotated[str | None, typer.Option(help="All governments there: a code or a name.")] = None,
    write: Annotated[
        bool,
        typer.Option("--write", help="Write the files into GONGBAO_SOURCES_DIR instead of printing them."),
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Ask also the sites that were asked before.")
    ] = False,
    budget: Annotated[int, typer.Option(min=2, max=100, help="Requests a site.")] = BUDGET,
    format_: Format = "table",
    lang: LangOption = None,
) -> None:
    """Find the columns of reports of governments, from their home pages, and propose source files.

    What was found is kept in the data folder, so that a run which was broken off goes on where it was.
    Exit code 1 when nothing was found.
    """
    settings = command_settings()
    sites = _sites(homes or [], within)
    folder = own_folder(settings.sources_dir, "sources discover --write") if write else None
    log = _Log(settings.data_dir / "discovered.jsonl")
    known = {} if again else log.read()
    asked = [site for site in sites if site.home not in known]
    known |= asyncio.run(_search(settings, asked, budget, log))
    found = [known[site.home] for site in sites]
    written = _write(folder, found) if folder is not None else {}
    if format_ == "table":
        _print_files(found, written, write=write)
    print_listing(_listing(found), format_, lang)
    if format_ == "table":
        whole = sum(1 for one in found if one.reason is None)
        err().print(f"{whole} of {len(found)} sites have a column of reports; {len(asked)} were asked now")
    raise typer.Exit(0 if any(one.reason is None for one in found) else 1)


def _sites(given: Sequence[str], within: str | None) -> list[_Site]:
    sites = [_site(one) for one in given]
    if within is not None:
        area = region_named(within, "--within")
        sites += [_Site(home, region) for region, home in homes_within(area.key)]
    if not sites:
        raise ConfigError("sources discover: give a home page, a region, or --within a code such as 500000")
    return list(dict.fromkeys(sites))


def _site(given: str) -> _Site:
    if given.startswith(("http://", "https://")):
        return _Site(given, None)
    region = region_named(given, "sources discover")
    home = home_of(region.key)
    if home is None:
        raise ConfigError(f"{given!r}: the home page of {region.name} is not known; give its address")
    return _Site(home, region)


async def _search(settings: Settings, sites: Sequence[_Site], budget: int, log: _Log) -> dict[str, Discovery]:
    found: dict[str, Discovery] = {}
    free = asyncio.Semaphore(AT_ONCE)

    async def one(web: Web, site: _Site) -> None:
        async with free:
            region = site.region
            name = f"{region.name}人民政府" if region else ""
            came = await discover(
                web, site.home, now(), region=region.code if region else None, name=name, budget=budget
            )
            found[site.home] = came
            log.append(came)
            if len(sites) > 2 and err().is_terminal:
                said = _result(came.as_json(), words_for(None))
                err().print(f"{len(found)}/{len(sites)} {name or site.home}: {said}")

    async with Web.from_settings(settings) as web, asyncio.TaskGroup() as tasks:
        for site in sites:
            tasks.create_task(one(web, site))
    return found


class _Log:
    """What was found, a line a site; the last line of a site counts. A line that was cut is left out."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, Discovery]:
        found: dict[str, Discovery] = {}
        if not self.path.exists():
            return found
        for line in self.path.read_text(encoding="utf-8").splitlines():
            try:
                one = Discovery.from_json(json.loads(line))
            except (ValueError, KeyError, TypeError):
                continue
            found[one.home] = one
        return found

    def append(self, one: Discovery) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(one.as_json(), ensure_ascii=False) + "\n")


def _write(folder: Path, found: Sequence[Discovery]) -> dict[str, str]:
    """Write the files; by home page, what became of each. A file that is there and on is the operator's."""
    folder.mkdir(parents=True, exist_ok=True)
    said: dict[str, str] = {}
    today = china_day(now())
    for one in found:
        if one.reason is not None:
            continue
        path = folder / f"{slug_of(one.home)}.toml"
        if path.exists() and load_source(path).enabled:
            said[one.home] = f"{path.name}: is there already, kept"
            continue
        path.write_text(source_text(one, today), encoding="utf-8")
        load_source(path)
        said[one.home] = f"{path.name}: written"
    return said


def _print_files(found: Sequence[Discovery], written: Mapping[str, str], *, write: bool) -> None:
    if write:
        for line in written.values():
            typer.echo(line)
        return
    today = china_day(now())
    for one in found:
        if one.reason is None:
            typer.echo(f"# {slug_of(one.home)}.toml\n{source_text(one, today)}")


def _result(record: Mapping[str, Any], words: Words) -> str:
    reasons = {
        Reason.UNREACHABLE: words.say("打不开"),
        Reason.BLOCKED: words.say("被拦截"),
        Reason.UNREADABLE: words.say("网页由脚本生成"),
        Reason.NOT_LINKED: words.say("没有报告栏目的链接"),
        Reason.EMPTY: words.say("栏目里没有报告"),
    }
    kinds = {
        "work_report": words.say("工作报告"),
        "plan_report": words.say("计划报告"),
        "planning": words.say("规划计划"),
    }
    if record["reason"]:
        return reasons[Reason(record["reason"])]
    return words.between.join(dict.fromkeys(kinds[column["kind"]] for column in record["columns"]))


def _newest(record: Mapping[str, Any], _: Words) -> str:
    if not record["columns"]:
        return "—"
    first = record["columns"][0]
    return f"{first['newest_on'] or ''} {first['newest']}".strip()


def _listing(found: Sequence[Discovery]) -> Listing:
    return Listing(
        columns=(
            Column("代码", lambda r, w: str(r["region"] or "—"), keep=True),
            Column("网站", lambda r, w: str(r["name"] or r["home"]), least=12),
            Column("结果", _result, least=10),
            Column("最新", _newest, least=16),
            Column("请求", lambda r, w: str(r["requests"]), right=True, keep=True),
        ),
        fields=_FIELDS,
        records=tuple(one.as_json() for one in found),
    )
