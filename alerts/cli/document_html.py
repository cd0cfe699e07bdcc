"""A document as HTML with its figures marked, to look at: `gongbao extract --html`. Pure.

One self-contained page: no script, nothing loaded from elsewhere. All text of the document is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from alerts.words.chinese import DOUBTS, PERIODS, RESOLVES, figure_text, label
from alerts.words.marked_text import Piece, marked
from ingest.events import figure_json
from ingest.identity.names import KIND_NAMES
from ingest.model import Extraction, Figure, Reading

_STYLE = """
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff;
  font: 1rem/1.8 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif }
h1 { font-size: 1.4rem }
p { margin: .5rem 0; overflow-wrap: anywhere }
.facts { color: #555 }
mark { border-radius: 3px; padding: 1px 2px; color: inherit }
mark.headline { background: #ffd76b }
mark.target { background: #fff2c4 }
mark.outcome { background: #cfe6ff }
mark.doubt { outline: 2px dashed #c0392b }
mark sup { font-size: .65rem; color: #555; user-select: none }
table { border-collapse: collapse; font-size: .9rem; margin: 1rem 0; width: 100% }
th, td { border-bottom: 1px solid #ddd; padding: .2rem .5rem; text-align: left; vertical-align: top }
@media (prefers-color-scheme: dark) {
  body { background: #161616; color: #e8e8e8 }
  .facts, mark sup { color: #aaa }
  mark.headline { background: #7a5c00 }
  mark.target { background: #4a3d12 }
  mark.outcome { background: #173d63 }
  th, td { border-color: #444 }
}
"""
_LEGEND = (
    '<p class="facts"><mark class="headline">主要预期目标 headline</mark> '
    '<mark class="target">其他目标 commitment</mark> <mark class="outcome">完成情况 outcome</mark> '
    '<mark class="target doubt">存疑 flagged</mark></p>'
)


def document_html(reading: Reading, extraction: Extraction) -> str:
    """A whole HTML page: what was read, the text with every figure's span marked, the figures as a list."""
    identity = reading.identity
    title = identity.title or reading.article.title or "（无标题）"
    region = "／".join(identity.region.path) if identity.region else ""
    facts = [
        KIND_NAMES[identity.kind],
        region,
        f"{identity.year}年" if identity.year else "",
        f"{len(reading.article.body)} 字",
    ]
    body = reading.article.body
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>\n"
        f"<h1>{escape(title)}</h1>\n"
        f'<p class="facts">{escape("　".join(fact for fact in facts if fact))}</p>\n'
        f"{_LEGEND}\n{_marked(body, extraction)}\n"
        f"{_list('目标', extraction.targets)}\n{_list('完成情况', extraction.outcomes)}\n"
        "</body></html>\n"
    )


def _marked(body: str, extraction: Extraction) -> str:
    outcomes = set(map(id, extraction.outcomes))
    paragraphs = marked(body, [*extraction.targets, *extraction.outcomes])
    return "\n".join(
        f"<p>{''.join(_piece(piece, outcomes) for piece in paragraph.pieces)}</p>" for paragraph in paragraphs
    )


def _piece(piece: Piece, outcomes: set[int]) -> str:
    text = escape(piece.text)
    if not piece.figures:
        return text
    ids = "<sup>" + escape(" ".join(f.indicator for f in piece.figures)) + "</sup>" if piece.last else ""
    titles = escape(_titles(piece.figures))
    return f'<mark class="{_classes(piece.figures, outcomes)}" title="{titles}">{text}{ids}</mark>'


def _classes(figures: Sequence[Figure], outcomes: set[int]) -> str:
    if any(f.headline for f in figures):
        role = "headline"
    elif all(id(f) in outcomes for f in figures):
        role = "outcome"
    else:
        role = "target"
    return f"{role} doubt" if any(f.doubted for f in figures) else role


def _titles(figures: Sequence[Figure]) -> str:
    return "; ".join(
        " ".join(part for part in (_label(f), str(f.year or ""), _text(f), _doubts(f)) if part)
        for f in figures
    )


def _label(figure: Figure) -> str:
    return label(figure_json(figure))


def _text(figure: Figure) -> str:
    return RESOLVES.get(figure.resolve or "", "") + figure_text(figure_json(figure))


def _doubts(figure: Figure) -> str:
    return "、".join(DOUBTS.get(flag, flag) for flag in figure.flags)


def _list(name: str, figures: Sequence[Figure]) -> str:
    head = f"<h2>{name} {len(figures)}</h2>"
    if not figures:
        return head
    headings = "".join(
        f"<th>{heading}</th>" for heading in ("", "指标", "年", "时期", "数值", "原文", "存疑")
    )
    rows = "\n".join(_row(figure) for figure in figures)
    return f"{head}<table><tr>{headings}</tr>{rows}</table>"


def _row(figure: Figure) -> str:
    cells = (
        "●" if figure.headline else "",
        f"{escape(_label(figure))}<br><small>{escape(figure.indicator)}</small>",
        str(figure.year or ""),
        PERIODS[figure.period],
        escape(_text(figure)),
        escape(figure.quote),
        escape(_doubts(figure)),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
