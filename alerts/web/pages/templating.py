"""The Jinja2 environment of the pages: autoescape on, undefined names refused, a few filters. No routes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.templating import Jinja2Templates

from alerts.web.feeds.routes import FEEDS
from alerts.words.chinese import local_time
from alerts.words.safe_text import clean

HERE = Path(__file__).parents[1]
STATIC = HERE / "static"

_NUMBER = re.compile(r"-?\d[\d.]*%?")


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Split `6%左右` into what stands out, the number, and the words around it: (text, is number)."""
    end = 0
    for number in _NUMBER.finditer(text):
        if number.start() > end:
            yield text[end : number.start()], False
        yield number.group(), True
        end = number.end()
    if end < len(text):
        yield text[end:], False


def _safe(value: object) -> object:
    """Of a text only what a page can carry (safe_text.py); what is markup already is ours."""
    return clean(value) if type(value) is str else value


def templates_for(base_url: str) -> Jinja2Templates:
    """`base_url` is how the world reaches the server; a path in it stands before every link."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_safe,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["pieces"] = pieces
    env.filters["local_time"] = local_time
    env.globals["root"] = urlsplit(base_url).path.rstrip("/")
    env.globals["feeds"] = [(format_.media_type, path, name) for format_, path, name in FEEDS]
    # The style sheet may be cached for long: a change changes its address.
    env.globals["style_version"] = hashlib.sha256((STATIC / "gongbao.css").read_bytes()).hexdigest()[:8]
    return Jinja2Templates(env=env)


async def _templates(request: Request) -> Jinja2Templates:
    templates: Jinja2Templates = request.app.state.templates
    return templates


TemplatesDep = Annotated[Jinja2Templates, Depends(_templates)]
