"""What the program makes at first use, made once for all processes forked from this one. Not a test file.

Its patterns, its lists of words and places, the modules that only some commands ask for: to make them takes
longer than most commands and most tests run.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory

from structlog.testing import capture_logs

import gongbao
from ingest.reading import read_document
from ingest.settings import Settings
from ingest.store.db import Store
from tests.support import few_roots, polling, showing, watched_report
from workers.context import Context
from workers.targets.extract import extract


def make() -> None:
    """Send a report down the road."""
    few_roots.trust()
    for name in gongbao.COMMANDS:
        gongbao.load(name)
    reading = read_document(watched_report.report().encode(), "https://yubei.example/1.html")
    with capture_logs(), TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/gongbao.db")
        store.migrate()
        showing.show(store, reading.article.body)
        polling.work(store, Context(Settings(), extract), datetime.now(UTC) + timedelta(seconds=1))
        store.close()
