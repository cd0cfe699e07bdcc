"""The pages there are, in the winter of site_data.py (a new page adds its lines), and what stands on one."""

from __future__ import annotations

import re

import httpx
from selectolax.lexbor import LexborHTMLParser

PAGES = (
    "/",
    "/?q=%E6%B2%A1%E6%9C%89",
    "/?region=500000",
    "/?unclear=true",
    "/reports/work_report/500106/2026",
    "/reports/work_report/500106/2026/text",
    "/reports/work_report/430104/2025",
    "/regions",
    "/regions/500106",
    "/regions/500000",
    "/regions/nowhere",
    "/season",
    "/season?within=500000&year=2026",
    "/subscribe?region=510100&indicator=gdp&open=510000",
    "/search?q=%E4%BD%8E%E7%A9%BA",
    "/matrix?year=2026&within=500000",
    "/matrix?region=500106",
    "/indicators",
    "/indicators/gdp",
    "/status",
    "/mail",
    "/docs",
    "/?regions=310000",
    "/no-such-page",
)

# Those of which a picture stands in docs/pictures (`make pictures`).
PICTURES = {
    "front": "/?kind=work_report",
    "report": "/reports/work_report/500106/2026",
    "text": "/reports/work_report/500106/2026/text",
    "region": "/regions/500106",
    "indicator": "/indicators/gdp?year=2026",
    "matrix": "/matrix?year=2026&within=500000",
}


def page(client: httpx.Client, path: str, status: int = 200) -> LexborHTMLParser:
    client.cookies.clear()  # a language that was chosen stays
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return LexborHTMLParser(answer.text)


def texts(tree: LexborHTMLParser, selector: str) -> list[str]:
    return [re.sub(r"\s+", " ", node.text()).strip() for node in tree.css(selector)]
