"""`gongbao webhooks`: endpoints that are told by signed webhook.

What is done is delivery/endpoints.py and replay.py; how lists look, listing/lists.py.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from alerts.cli.printing import print_listing
from alerts.delivery import endpoints, replay
from alerts.delivery.vault import Vault
from alerts.listing import lists
from ingest.errors import ConfigError
from ingest.filters import asked_filter
from ingest.model import ContentMode, DeliveryState
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
from ingest.store import subscriptions

app = typer.Typer(help="Endpoints that are told by signed webhook.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="The endpoint's id, or how it begins.")]


@app.command("add")
def webhooks_add(
    url: Annotated[str, typer.Argument(help="https://… of the endpoint.")],
    type_: TypesOption = None,
    region: RegionsOption = None,
    kind: KindsOption = None,
    indicator: IndicatorsOption = None,
    all_targets: AllTargetsOption = False,
    official_only: OfficialOnlyOption = False,
    backfill: BackfillOption = False,
    mode: Annotated[str, typer.Option(help="standard or cloudevents: how the body is dressed.")] = "standard",
) -> None:
    """Register an endpoint. Its secret is printed once, now."""
    one_of("--mode", mode, [m.value for m in ContentMode])
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
    with opened(settings, migrate=True) as store:
        new = endpoints.add(store, Vault(settings), url, filter_, now(), mode=ContentMode(mode))
    show_secret(new)


def show_secret(new: endpoints.Secret) -> None:
    typer.echo(f"{new.subscription.id}  {new.subscription.url}")
    typer.echo(f"secret  {new.secret}")
    err().print(
        "Keep the secret now: it is not shown again. docs/webhooks.md says how to verify.", style="dim"
    )


@app.command("list")
def webhooks_list(format_: Format = "table", lang: LangOption = None) -> None:
    """The endpoints and channels, without their secrets."""

    with opened(command_settings()) as store:
        print_listing(lists.subscriptions(endpoints.list(store)), format_, lang)


@app.command("test")
def webhooks_test(id: Id) -> None:
    """Send one signed `webhook.test` event now and show the answer."""
    settings = command_settings()
    with opened(settings) as store:
        subscription = endpoints.find(store, id)
    result = asyncio.run(endpoints.test(Vault(settings), subscription, now()))
    answer = result.answer
    how = "ok" if answer.accepted else "FAILED"
    typer.echo(f"{how}  {subscription.url}  {answer.in_words}  {result.seconds:.2f} s")
    raise typer.Exit(0 if answer.accepted else 1)


@app.command("log")
def webhooks_log(
    id: Annotated[str | None, typer.Argument(help="Only this endpoint.")] = None,
    state: Annotated[str | None, typer.Option(help="due, done or dead.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows at most.")] = 100,
    format_: Format = "table",
    lang: LangOption = None,
) -> None:
    """Deliveries, newest first, with their last answer."""
    one_of("--state", state, [s.value for s in DeliveryState])
    with opened(command_settings()) as store:
        subscription_id = endpoints.find(store, id).id if id else None
        with store.read() as tx:
            rows = subscriptions.deliveries(
                tx,
                subscription_id=subscription_id,
                state=DeliveryState(state) if state else None,
                limit=limit,
            )
    print_listing(lists.deliveries(rows), format_, lang)


@app.command("attempts")
def webhooks_attempts(
    delivery: Annotated[int, typer.Argument(help="The delivery's number, as `log` shows it.", min=1)],
    format_: Format = "table",
    lang: LangOption = None,
) -> None:
    """Every attempt at one delivery, oldest first: when, what came back, after how long."""
    with opened(command_settings()) as store, store.read() as tx:
        row = subscriptions.delivery(tx, delivery)
    if row is None:
        raise ConfigError(f"delivery {delivery}: there is none; `gongbao webhooks log` shows their numbers")
    print_listing(lists.attempts(row[1]), format_, lang)


@app.command("rotate")
def webhooks_rotate(id: Id) -> None:
    """Make a new secret and print it once, now. For 24 hours the one before signs beside it."""
    settings = command_settings()
    with opened(settings) as store:
        new = endpoints.rotate(store, Vault(settings), id, now())
    show_secret(new)
    until = new.subscription.previous_secret_until
    err().print(f"Until {until:%F %T}Z every delivery carries a signature of either.", style="dim")


@app.command("replay")
def webhooks_replay(
    id: Id,
    event: Annotated[list[str] | None, typer.Option(help="evt_… (may be repeated)")] = None,
    first: Annotated[
        int | None, typer.Option("--from", help="This sequence and later.", min=1, max=2**62)
    ] = None,
    last: Annotated[
        int | None, typer.Option("--to", help="This sequence and earlier.", min=1, max=2**62)
    ] = None,
    dead: Annotated[bool, typer.Option("--dead", help="What was given up (in the range, if any).")] = False,
) -> None:
    """Send events once more, with the same id and bytes; those that the filter refuses are left out."""
    selection = replay.Selection(tuple(event or ()), first, last, dead)
    if selection.is_empty:
        raise ConfigError("replay: say what: --event ID, --from SEQUENCE, --to SEQUENCE, --dead")
    with opened(command_settings()) as store:
        subscription = endpoints.find(store, id)
        due = replay.replay(store, subscription, selection, now())
    waits = " when it is resumed" if subscription.paused_at else ""
    typer.echo(f"{counted(due, 'delivery')} due to {subscription.url}{waits}")


@app.command("pause")
def webhooks_pause(id: Id) -> None:
    """Hold deliveries back; nothing is lost."""
    with opened(command_settings()) as store:
        typer.echo(f"paused {endpoints.pause(store, id, now()).url}")


@app.command("resume")
def webhooks_resume(id: Id) -> None:
    """Send what was held back."""
    with opened(command_settings()) as store:
        typer.echo(f"resumed {endpoints.resume(store, id).url}")


@app.command("enable")
def webhooks_enable(id: Id) -> None:
    """Switch on an endpoint that was disabled; `replay --dead` then sends what it missed."""
    with opened(command_settings()) as store:
        typer.echo(f"enabled {endpoints.enable(store, id).url}")


@app.command("remove")
def webhooks_remove(id: Id) -> None:
    """Forget an endpoint, its secret and its deliveries."""

    with opened(command_settings()) as store:
        typer.echo(f"removed {endpoints.remove(store, id).url}")
