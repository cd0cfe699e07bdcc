"""The Jinja2 environments of the pages, one a language: autoescape on, undefined names refused, a few
filters. No routes.

In which language a request is answered is http/language.py.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, unquote_plus, urlencode, urlsplit

from fastapi import Depends, Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import RedirectResponse
from starlette.templating import Jinja2Templates

from alerts.web.feeds.routes import FEEDS
from alerts.web.http.language import DEPENDS_ON, PARAMETER, WordsDep, remember
from alerts.web.http.parameters import CAMPAIGNS
from alerts.words.chinese import local_time
from alerts.words.language import CHINESE, LANGUAGES, Words
from alerts.words.safe_text import clean

HERE = Path(__file__).parents[1]
STATIC = HERE / "static"

_NUMBER = re.compile(r"-?\d[\d,.]*%?")


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
    """Of a text only what a page can carry (words/safe_text.py); what is markup already is ours."""
    return clean(value) if type(value) is str else value


def environment(words: Words, base_url: str) -> Environment:
    """What all templates of a language share."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_safe,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    root = urlsplit(base_url).path.rstrip("/")
    env.newstyle_gettext = True  # type: ignore[attr-defined]  # `gettext` puts the values in itself
    env.globals["gettext"] = _gettext(words)
    env.filters["pieces"] = pieces
    env.filters["local_time"] = local_time
    env.filters["urldecode"] = unquote_plus
    env.globals["words"] = words
    env.globals["root"] = root
    env.globals["static"] = lambda name: f"{root}/static/{name}?{_version(name)}"
    spoken = f"?lang={words.lang}" if words != CHINESE else ""
    env.globals["feeds"] = [(format_.media_type, path + spoken, name) for format_, path, name in FEEDS]
    return env


@cache
def _version(name: str) -> str:
    """A style sheet may be cached for long: a change changes its address."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8]


def _gettext(words: Words) -> Callable[..., Markup]:
    """`_()` of templates: what is put in is cleaned and escaped like all that a page prints; the sentence may
    have markup."""

    plain: dict[str, Markup] = {}  # most have nothing put in, and a table says them in every row

    def gettext(sentence: str, /, **values: object) -> Markup:
        if not values:
            if sentence not in plain:
                plain[sentence] = Markup(words.form(sentence, None)) % {}  # noqa: S704  # ours
            return plain[sentence]
        form = words.form(sentence, values.get("n"))
        return Markup(form) % {name: _safe(value) for name, value in values.items()}  # noqa: S704  # ours

    return gettext


class Pages:
    """The templates in one language."""

    def __init__(self, words: Words, base_url: str) -> None:
        self.words = words
        self._base_url = base_url
        self._templates = Jinja2Templates(env=environment(words, base_url))

    def TemplateResponse(  # noqa: N802  # as Starlette calls it
        self,
        request: Request,
        name: str,
        context: Mapping[str, Any],
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """The page, and what the language of its request asks for beside it."""
        addresses = {lang: self._address(request, lang) for lang in LANGUAGES}
        response = self._templates.TemplateResponse(
            request,
            name,
            {
                "addresses": addresses,
                "canonical": addresses[self.words.lang] if status_code < HTTPStatus.BAD_REQUEST else None,
                "switch": [
                    (other, _in_language(request, other.lang))
                    for other in LANGUAGES.values()
                    if other != self.words
                ],
                **context,
            },
            status_code=status_code,
            headers={"Vary": DEPENDS_ON, "Content-Language": self.words.tag, **(headers or {})},
        )
        return self._remembered(request, response)

    def redirect(self, request: Request, href: str, status_code: int = 307) -> Response:
        """To another page, in the language that was asked for."""
        return self._remembered(request, RedirectResponse(href, status_code))

    def _remembered(self, request: Request, response: Response) -> Response:
        parts = urlsplit(self._base_url)
        remember(request, response, parts.path.rstrip("/") or "/", secure=parts.scheme == "https")
        return response

    def _address(self, request: Request, lang: str) -> str:
        """Under which the world finds this page in a language; the default one is not named."""
        query = _in_language(request, lang if lang != CHINESE.lang else None)
        return f"{self._base_url.rstrip('/')}{quote(request.scope['path'])}{query}"


def _in_language(request: Request, lang: str | None) -> str:
    """The query of the same page in a language."""
    asked = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if value and name != PARAMETER and not name.startswith(CAMPAIGNS)
    ]
    query = urlencode([*asked, *([(PARAMETER, lang)] if lang else [])])
    return f"?{query}" if query else ""


def templates_for(base_url: str) -> dict[str, Pages]:
    """`base_url` is how the world reaches the server; a path in it stands before every link."""
    return {lang: Pages(words, base_url) for lang, words in LANGUAGES.items()}


async def _templates(request: Request, words: WordsDep) -> Pages:
    pages: dict[str, Pages] = request.app.state.templates
    return pages[words.lang]


TemplatesDep = Annotated[Pages, Depends(_templates)]
