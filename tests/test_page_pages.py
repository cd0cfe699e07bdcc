"""Every page in tests/pages reads as its reviewed JSON says. Its name begins with that of its family.

A new page gets a draft written beside it, and fails until somebody has read the draft, corrected it, and
taken `"reviewed": false` out.
"""

from __future__ import annotations

import dataclasses
import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from ingest.model import Article
from ingest.page.charset import decode
from ingest.page.parsed import parse_page
from ingest.page.reader import read_page
from ingest.page.walls import blocked
from ingest.sources.families import FAMILIES, Family

PAGES = Path(__file__).parent / "pages"


def family_of(path: Path) -> Family:
    return FAMILIES[path.stem.partition("_")[0]]


def as_json(article: Article) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime | date) else value

    return {
        "title": article.title,
        "published_at": plain(article.published_at),
        "origin": article.origin,
        "header": {
            name: plain(value)
            for name, value in dataclasses.asdict(article.header).items()
            if value is not None
        },
        "body": article.body.split("\n"),
    }


@pytest.mark.parametrize("path", sorted(PAGES.glob("*.html")), ids=lambda path: path.stem)
def test_page_reads_as_reviewed(path: Path) -> None:
    html = decode(path.read_bytes())
    page = parse_page(html, f"http://pages.example/{path.name}")
    assert blocked(page) is None
    got = as_json(read_page(page, family_of(path).article))
    reviewed = path.with_suffix(".json")
    if not reviewed.exists():
        draft = json.dumps({"reviewed": False} | got, ensure_ascii=False, indent=1)
        reviewed.write_text(draft + "\n", encoding="utf-8")
    want = json.loads(reviewed.read_text(encoding="utf-8"))
    assert want.pop("reviewed", True), f'read {reviewed}, correct it, and remove its "reviewed": false'
    assert got == want


def test_every_json_has_its_page() -> None:
    assert [path for path in PAGES.glob("*.json") if not path.with_suffix(".html").exists()] == []


def test_every_family_has_a_page() -> None:
    assert {family_of(path).name for path in PAGES.glob("*.html")} == set(FAMILIES)
