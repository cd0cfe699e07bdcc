"""`gongbao mail`: mailboxes that are written to. What else may be done with one is `gongbao webhooks`: same
ids. What is done is delivery/mailboxes.py."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from alerts.cli.printing import print_listing
from alerts.delivery import endpoints, mailboxes
from alerts.delivery.returned import LIMIT, returned
from alerts.delivery.vault import Vault
from alerts.listing import lists
from ingest.errors import ConfigError
from ingest.filters import asked_filter
from ingest.model import Channel, Rhythm
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
    one_of,
    opened,
)
from ingest.process.terminal import counted, err
from ingest.store import mail_requests

app = typer.Typer(help="E-mail, for people without a feed reader.", no_args_is_help=True)

RHYTHMS = {"at-once": Rhythm.AT_ONCE, "daily": Rhythm.DAILY, "weekly": Rhythm.WEEKLY}


@app.command("add")
def mail_add(
    address: Annotated[str, typer.Argument(help="The e-mail address.")],
    type_: TypesOption = None,
    region: RegionsOption = None,
    kind: KindsOption = None,
    indicator: IndicatorsOption = None,
    all_targets: AllTargetsOption = False,
    official_only: OfficialOnlyOption = False,
    backfill: BackfillOption = False,
    rhythm: Annotated[str, typer.Option(help="at-once, daily or weekly.")] = "daily",
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
) -> None:
    """Ask the owner of an address to confirm; only then is e-mail sent. Without --type only
    what is said of reports."""
    one_of("--rhythm", rhythm, tuple(RHYTHMS))
    one_of("--lang", lang, ("zh", "en"))
    settings = command_settings()
    filter_ = asked_filter(
        types=type_,
        regions=region,
        kinds=kind,
        indicators=indicator,
        headline_only=not all_targets,
        official_only=official_only,
        backfill=backfill,
    )
    asked = mailboxes.Asked(filter_, RHYTHMS[rhythm], lang)
    with opened(settings, migrate=True) as store:
        if not mailboxes.ask(store, Vault(settings), address, asked, now()):
            raise ConfigError("that address was asked within the hour; once an hour is the most")
    typer.echo("the sender will ask whether it is wanted; nothing else is sent before that is confirmed")


@app.command("list")
def mail_list(format_: Format = "table", lang: LangOption = None) -> None:
    """The mailboxes that confirmed, their addresses masked."""
    with opened(command_settings()) as store:
        boxes = [one for one in endpoints.list(store) if one.channel is Channel.MAIL]
        with store.read() as tx:
            waiting = mail_requests.waiting(tx)
    print_listing(lists.mailboxes(boxes), format_, lang)
    if waiting:
        err().print(f"{waiting} asked and not confirmed yet", style="dim")


@app.command("bounce")
def mail_bounce(
    who: Annotated[str, typer.Argument(help="An address or an id; - reads a notice from stdin.")] = "-",
) -> None:
    """Count that an e-mail came back. For the address that they are sent from: `|gongbao mail bounce` takes
    each notice of a mail server (RFC 3464) from its standard input."""
    settings = command_settings()
    with opened(settings) as store:
        if who == "-":
            notice = returned(sys.stdin.buffer.read(LIMIT))
            found = [] if notice is None else [(notice.subscription_id, f"came back, {notice.status}")]
        else:
            found = [(one.id, "came back") for one in mailboxes.find(store, Vault(settings), who)]
        refused = [mailboxes.bounced(store, id_, now(), reason) for id_, reason in found]
    for one in refused:
        if one is not None:
            stopped = "; written to no more" if one.disabled_at else ""
            typer.echo(f"{one.id}  refused on {counted(one.bounces, 'day')}{stopped}")
    if not any(refused):
        typer.echo("nothing to count: it is not of an e-mail of ours that is lost for good")


@app.command("remove")
def mail_remove(who: Annotated[str, typer.Argument(help="An address or an id.")]) -> None:
    """Forget an address, and what it was to be sent."""
    settings = command_settings()
    with opened(settings) as store:
        for one in mailboxes.find(store, Vault(settings), who):
            typer.echo(f"removed {endpoints.remove(store, one.id).url}")
