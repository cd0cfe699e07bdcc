"""The roles that tell the world: send and serve."""

from __future__ import annotations

import sys

import structlog
import typer

from alerts.web.http import api_tokens
from ingest.monitor.monitored import monitored
from ingest.process.console import (
    need_port,
    now,
    opened,
    role_settings,
    run_until_stopped,
)
from ingest.process.instance import noted
from ingest.process.panels import RUN
from ingest.process.terminal import err
from ingest.roles import Role

log = structlog.get_logger(__name__)
app = typer.Typer()


@app.command(rich_help_panel=RUN)
def send() -> None:
    """Deliver the webhooks, messages and e-mails that are due; any number of these may run."""
    from alerts.delivery.send import run as run_sender  # serve needs nothing of it

    settings = role_settings()
    with opened(settings) as store, monitored(settings, Role.SEND):
        run_until_stopped(lambda stop: run_sender(settings, store, stop))


@app.command(rich_help_panel=RUN)
def serve() -> None:
    """Pages, feeds and the API on GONGBAO_WEB_HOST:GONGBAO_WEB_PORT."""
    from alerts.web.server import run as run_server  # only this role pays for importing a web framework

    settings = role_settings()
    need_port(settings)
    with opened(settings) as store, monitored(settings, Role.SERVE):
        if settings.database_url is None and (token := api_tokens.make_first(store, now())):
            # Not through the log, and not where the error output is kept as one.
            if sys.stderr.isatty() and settings.log_format != "json":
                err().print(f"API token, shown this once: {token}", markup=False, soft_wrap=True)
            else:
                log.info("API token made; take it and delete the file", file=api_tokens.keep(settings, token))
        with noted(settings.run_dir, Role.SERVE):
            run_server(settings, store)
