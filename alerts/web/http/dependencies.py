"""What the routes of an app are given beside their request: its settings and its store. No routes.

`create_app` puts them into the state of the app; a room with parts of its own does likewise beside them.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from ingest.settings import Settings
from ingest.store.db import Store

# They are coroutines because FastAPI would send plain functions to a thread, once for each request.


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _store(request: Request) -> Store:
    store: Store = request.app.state.store
    return store


SettingsDep = Annotated[Settings, Depends(_settings)]
StoreDep = Annotated[Store, Depends(_store)]


async def _root(settings: SettingsDep) -> str:
    return urlsplit(settings.base_url).path.rstrip("/")


RootDep = Annotated[str, Depends(_root)]  # the path that stands before every address of ours; mostly empty
