"""`gongbao work`. The command alone: the process has all day what it has loaded. What it does is main.py."""

from __future__ import annotations

from typing import Annotated

import typer

from ingest.process.console import one_of, role_settings
from ingest.process.panels import RUN
from ingest.process.parent_exit import orphaned
from ingest.queue import queue_url
from ingest.redis.server import retire, socket_url
from workers.main import SCANS, TEXTS, run

app = typer.Typer()

_DUTIES = {"extract": TEXTS, "ocr": SCANS}


@app.command(rich_help_panel=RUN)
def work(
    queue: Annotated[
        str, typer.Option(help="Which jobs: extract, the texts; ocr, the scans (docs/ocr.md).")
    ] = "extract",
) -> None:
    """Run the jobs of one queue, extraction unless told otherwise; any number of these may run."""
    settings = role_settings()
    duty = one_of("--queue", queue, _DUTIES.keys())
    assert duty is not None
    if duty == "ocr":
        from ingest.ocr.tesseract import engine  # a worker of texts needs none of it

        engine()  # said once, here, and not at every scan
    run(settings, duty=_DUTIES[duty])
    if orphaned() and queue_url(settings) == socket_url(settings.data_dir):
        retire(settings.data_dir)  # `gongbao up` was killed and left its Redis behind
