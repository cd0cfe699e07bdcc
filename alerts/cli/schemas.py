"""`gongbao schemas`: the JSON schemas of the events, without a server that would serve them.

What they say is web/api/event_schemas.py.
"""

from __future__ import annotations

import json
from typing import Annotated

import typer

from ingest.errors import ConfigError
from ingest.events import EventType
from ingest.process.console import command_settings
from ingest.process.panels import LOOK

app = typer.Typer()


@app.command("schemas", rich_help_panel=LOOK)
def show_schemas(
    type_: Annotated[str | None, typer.Argument(metavar="[TYPE]", help="Of this type alone.")] = None,
) -> None:
    """JSON schemas of what a webhook says: of one type of event, or of all by their types.

    Try:  gongbao schemas report.published > schema.json
    """
    from alerts.delivery.webhook import SentType
    from alerts.web.api import event_schemas  # pydantic takes its time with them

    base_url = command_settings().base_url
    if type_ is not None and type_ not in event_schemas.TYPES:
        raise ConfigError(f"schemas: there is no type {type_!r}; there are {', '.join(event_schemas.TYPES)}")
    types: list[SentType] = [*EventType, "webhook.test"]
    wanted = {str(one): event_schemas.schema(one, base_url) for one in types}
    typer.echo(json.dumps(wanted if type_ is None else wanted[type_], ensure_ascii=False, indent=2))
