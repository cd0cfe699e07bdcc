"""The object of `gongbao extract --json`: a contract with whoever reads it. Pure.

docs/extract.md explains every field.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

from ingest.events import figure_json, region_json
from ingest.model import Extraction, Header, Reading


def header_json(header: Header) -> dict[str, Any]:
    """All eleven fields, in the order of the nouns; dates as YYYY-MM-DD, a blank as null."""
    out: dict[str, Any] = {}
    for f in fields(header):
        value = getattr(header, f.name)
        out[f.name] = value.isoformat() if isinstance(value, date) else value
    return out


def document_json(
    source: str, reading: Reading, extraction: Extraction, *, body: bool = False
) -> dict[str, Any]:
    """One document as JSON. `source` is the path or URL as it was given; `body` only when asked for."""
    article, identity = reading.article, reading.identity
    region = region_json(identity.region)
    out: dict[str, Any] = {
        "input": source,
        "title": identity.title or article.title,
        "kind": identity.kind.value,
        "year": identity.year,
        "region": region,
        "meeting": identity.meeting,
        "delivered_on": identity.delivered_on.isoformat() if identity.delivered_on else None,
        "speaker": identity.speaker,
        "header": header_json(article.header),
        "content_hash": reading.content_hash,
        "chars": len(article.body),
    }
    if body:
        out["body"] = article.body
    out["targets"] = [figure_json(f, sentence=False) for f in extraction.targets]
    out["outcomes"] = [figure_json(f, sentence=False) for f in extraction.outcomes]
    return out
