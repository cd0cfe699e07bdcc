"""In which language a request is answered: the one that it names, the one that was chosen before, or the one
that the browser prefers.

`?lang=en` is remembered in a cookie, so that every link of every page stays as it is. What is said in a
language is alerts/words/language.py.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Query, Request, Response

from alerts.web.http.validators import weights
from alerts.words.language import CHINESE, LANGUAGES, Words

COOKIE = "gongbao-lang"
PARAMETER = "lang"
DEPENDS_ON = "Accept-Language, Cookie"  # the header Vary of what is answered so
_YEAR = 365 * 24 * 3600


def words_of(request: Request) -> Words:
    """The words of a request, also of one that never came to a route."""
    for chosen in (request.query_params.get(PARAMETER), request.cookies.get(COOKIE)):
        if chosen is not None and chosen in LANGUAGES:
            return LANGUAGES[chosen]
    return preferred(request.headers.get("accept-language"))


def preferred(accept_language: str | None) -> Words:
    """The language of ours that a browser would rather have (RFC 9110 §12.5.4); Chinese if none of them."""
    named = sorted(weights(accept_language), key=lambda one: -one[1])
    for name, weight in named:
        words = LANGUAGES.get(name.partition("-")[0])
        if words and weight > 0:
            return words
    return CHINESE


def remember(request: Request, response: Response, path: str, *, secure: bool) -> None:
    """Keep the language that an address names, for the pages below `path`."""
    chosen = request.query_params.get(PARAMETER)
    if chosen is not None and chosen in LANGUAGES and chosen != request.cookies.get(COOKIE):
        response.set_cookie(
            COOKIE, chosen, max_age=_YEAR, path=path, secure=secure, httponly=True, samesite="lax"
        )


async def _words(
    request: Request,
    lang: Annotated[Literal["zh", "en"] | None, Query(description="the language of the page")] = None,
) -> Words:
    return LANGUAGES[lang] if lang else words_of(request)


# A route with it knows `?lang=`; one with templates has it by them.
WordsDep = Annotated[Words, Depends(_words)]
