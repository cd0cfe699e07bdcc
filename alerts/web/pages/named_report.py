"""The report that the address of a page names. No routes."""

from __future__ import annotations

from fastapi import HTTPException
from sqlalchemy import Connection

from alerts.words.language import Words
from ingest.store.browse import ReportDetail, report_detail


def report_named(tx: Connection, key: str, words: Words) -> ReportDetail:
    """All about the report of that key. Raises HTTPException 404 where there is none."""
    detail = report_detail(tx, key)
    if detail is None:
        raise HTTPException(404, words.say("没有编号为 %(key)s 的报告。", key=key))
    return detail
