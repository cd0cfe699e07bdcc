"""Logs: one line an event, and no secret in any."""

from __future__ import annotations

import io
import logging

import structlog
from structlog.testing import capture_logs

from ingest.telemetry import log
from ingest.telemetry.outage import SAID_AGAIN, Outage


def test_logs_hide_what_must_not_be_seen() -> None:
    former = (list(logging.getLogger().handlers), logging.getLogger().level)
    try:
        for log_format in ("json", "console"):
            out = io.StringIO()
            log.configure(log_format, "info", out)
            structlog.get_logger("x").info(
                "报告",
                webhook_secret="whsec_AAAA",
                url="redis://:p4ss@host/0",
                nested={"token": "t0ken", "list": ["postgresql+psycopg://me:pa55@db/x"]},
                said="signed with whsec_BBBB/+=",
                secret=None,
            )
            logging.getLogger("library").warning("connecting to %s", "postgresql://me:pw0rd@db/x")
            try:
                raise ValueError("no answer from redis://:inexc@host/0")
            except ValueError:
                structlog.get_logger("x").exception("broken")
            structlog.get_logger("x").debug("not shown")
            said = out.getvalue()
            assert "报告" in said
            assert "postgresql://me:***@db/x" in said
            assert "ValueError" in said
            assert "not shown" not in said
            for hidden in ("AAAA", "BBBB", "p4ss", "t0ken", "pa55", "pw0rd", "inexc"):
                assert hidden not in said
    finally:
        structlog.reset_defaults()
        root = logging.getLogger()
        root.handlers[:] = former[0]
        root.setLevel(former[1])


def test_an_outage_is_the_same_whatever_file_or_statement_it_met() -> None:
    with capture_logs() as logs:
        outage = Outage(structlog.get_logger("x"), "archive", "the poller")
        for now, file in ((0.0, "/data/warc/a1b2.tmp"), (5.0, "/data/warc/c3d4.tmp")):
            outage.lasts(now, OSError(f"writing {file}: Read-only file system [SQL: {now}]"), 5.0)
    assert len(logs) == 1


def test_an_outage_is_said_when_there_is_something_new_to_say() -> None:
    with capture_logs() as logs:
        outage = Outage(structlog.get_logger("x"), "database", "the sender")
        for now, reason, pause in (
            (0.0, "refused", 5.0),
            (5.0, "refused", 10.0),  # less often from now on
            *((now, "refused", 10.0) for now in (15.0, 25.0, 35.0)),
            (45.0, "the disk is full", 10.0),
            *((now, "the disk is full", 10.0) for now in (55.0, 600.0)),
            (45.0 + SAID_AGAIN, "the disk is full", 10.0),
        ):
            outage.lasts(now, OSError(reason), pause)
        outage.ends(700.0)
        outage.ends(710.0)
    assert [(line["event"], line.get("error"), line["seconds"]) for line in logs] == [
        ("database unavailable; the sender waits", "refused", 5.0),
        ("database unavailable; the sender waits", "refused", 10.0),
        ("database unavailable; the sender waits", "the disk is full", 10.0),
        ("database unavailable; the sender waits", "the disk is full", 10.0),
        ("database available again", None, 700.0),
    ]
