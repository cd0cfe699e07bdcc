"""Logging in to the operator's pages with a token of the API, and staying so for some hours. No routes.

The cookie holds a word of which the store has the digest; a token that is removed ends its sessions. Each
form carries another word, made of that one, which no page of another site can know.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, HTTPException, Request, Response

from alerts.web.http.access import check_place
from alerts.web.http.api_tokens import digest, known_token
from alerts.web.http.dependencies import RootDep, SettingsDep, StoreDep
from alerts.web.http.forms import FieldsDep, FromHere, one
from ingest.settings import Settings
from ingest.store import sessions, tokens
from ingest.store.db import Store

COOKIE = "gongbao-operator"
LASTS = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Session:
    name: str  # of the token
    word: str = field(repr=False)

    @property
    def form(self) -> str:
        return hashlib.sha256(f"form\0{self.word}".encode()).hexdigest()


def _place(request: Request, settings: SettingsDep) -> None:
    check_place(request, settings)


FromThere = Depends(_place)


def log_in(store: Store, token: str) -> str | None:
    """The word of a new session; None for a token that is none."""
    with store.begin() as tx:
        known = known_token(token, tokens.all(tx))
        if known is None:
            return None
        word, now = secrets.token_urlsafe(32), datetime.now(UTC)
        sessions.add(tx, digest(word), known.id, now, now + LASTS)
    return word


def remember(response: Response, word: str, settings: Settings, root: str) -> None:
    is_secure = urlsplit(settings.base_url).scheme == "https"
    seconds = int(LASTS.total_seconds())
    response.set_cookie(
        COOKIE,
        word,
        max_age=seconds,
        path=f"{root}/operate",
        secure=is_secure,
        httponly=True,
        samesite="strict",
    )


def log_out(store: Store, session: Session, response: Response, root: str) -> None:
    with store.begin() as tx:
        sessions.remove(tx, digest(session.word))
    response.delete_cookie(COOKIE, path=f"{root}/operate", httponly=True, samesite="strict")


def _session(request: Request, store: StoreDep, root: RootDep) -> Session:
    """Who is logged in; who is not is led to the page where he can."""
    word = request.cookies.get(COOKIE, "")
    name = None
    if word:
        with store.read() as tx:
            name = sessions.token_name(tx, digest(word), datetime.now(UTC))
    if name is None:
        raise HTTPException(HTTPStatus.SEE_OTHER, "Log in first.", {"Location": f"{root}/operate/login"})
    return Session(name, word)


SessionDep = Annotated[Session, Depends(_session, use_cache=True)]


def _form_of(session: SessionDep, fields: FieldsDep) -> None:
    if not hmac.compare_digest(one(fields, "form").encode(), session.form.encode()):
        raise HTTPException(403, "This form is not of this session; nothing was done. Load the page anew.")


OwnForm = [FromThere, FromHere, Depends(_form_of)]  # of every route that does something
