"""Logs: one line an event, and no secret in any."""

from __future__ import annotations

import io
import logging

import structlog

from ingest.telemetry import log


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
