"""One document on the terminal: what `gongbao extract` prints for people.

What a document says is docs/extract.md, as JSON workers/document_json.py, as a page document_html.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from alerts.listing.table import printable
from alerts.words.chinese import DOUBTS, PERIODS, RESOLVES, figure_text, label
from ingest.identity.names import KIND_NAMES


def show_document(document: Mapping[str, Any], out: Console) -> None:
    """Print its title, what is known of it, its targets and outcomes; ● marks the headline targets."""
    region = document["region"]
    out.print(_plain(document["title"] or "（无标题）"), style="bold", soft_wrap=True)
    facts = [
        KIND_NAMES.get(document["kind"], document["kind"]),
        "／".join(region["path"]) if region else None,
        f"{document['year']}年" if document["year"] else None,
        document["delivered_on"],
        document["meeting"],
        document["speaker"],
        f"{document['chars']}字",
    ]
    out.print(_plain("　".join(str(f) for f in facts if f)), style="dim", soft_wrap=True)
    for role, name in (("targets", "目标"), ("outcomes", "上年完成")):
        figures = document[role]
        if not figures:
            out.print(f"{name}：无")
            continue
        table = Table(title=f"{name} {len(figures)}", title_justify="left", box=None, pad_edge=False)
        for heading in ("", "指标", "年", "时期", "数值", "原文", "存疑"):
            table.add_column(heading, overflow="fold", no_wrap=heading in ("年", "时期"))
        for figure in sorted(figures, key=lambda f: (not f["headline"], f["start"])):
            mark = "●" if figure["headline"] else ""
            cells = (
                label(figure),
                str(figure["year"] or "—"),
                PERIODS[figure["period"]["kind"]],
                RESOLVES.get(figure["resolve"], "") + figure_text(figure),
                figure["quote"],
                "、".join(DOUBTS.get(flag, flag) for flag in figure["flags"]),
            )
            table.add_row(mark, *map(_plain, cells))
        out.print(table)
    out.print()


def _plain(text: str) -> Text:
    """As it is: brackets in it are no markup, and nothing in it moves the cursor."""
    return Text(printable(text))
