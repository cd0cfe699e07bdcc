"""`gongbao channels`: messages for people. What else may be done with one is `gongbao webhooks`: same ids."""

from __future__ import annotations

from typing import Annotated

import typer

from alerts.delivery import endpoints
from alerts.delivery.vault import Vault
from ingest.filters import OF_REPORTS, asked_filter
from ingest.process.console import (
    BackfillOption,
    IndicatorsOption,
    KindsOption,
    OfficialOnlyOption,
    RegionsOption,
    TypesOption,
    command_settings,
    now,
    one_of,
    opened,
)
from ingest.process.terminal import err

app = typer.Typer(help="Messages for people, through Apprise.", no_args_is_help=True)


@app.command("add")
def channels_add(
    url: Annotated[str, typer.Argument(help="An Apprise URL: slack://…, tgram://…, mailto://…, feishu://…")],
    type_: TypesOption = None,
    region: RegionsOption = None,
    kind: KindsOption = None,
    indicator: IndicatorsOption = None,
    official_only: OfficialOnlyOption = False,
    backfill: BackfillOption = False,
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
) -> None:
    """Send messages there. Without --type only what is said of reports."""
    one_of("--lang", lang, ("zh", "en"))
    filter_ = asked_filter(
        types=type_ or OF_REPORTS,
        regions=region,
        kinds=kind,
        indicators=indicator,
        official_only=official_only,
        backfill=backfill,
    )
    settings = command_settings()
    with opened(settings, migrate=True) as store:
        channel = endpoints.add_channel(store, Vault(settings), url, filter_, now(), language=lang)
    typer.echo(f"{channel.id}  {channel.url}")
    err().print("`gongbao webhooks test | log | pause | resume | replay | remove` take its id.", style="dim")
