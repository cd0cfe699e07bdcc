"""/schemas/: the JSON schemas of the events, for receivers that validate them.

What they say is event_schemas.py.
"""

from __future__ import annotations

from typing import Any

from alerts.delivery.webhook import SentType
from alerts.web.http.dependencies import SettingsDep
from alerts.web.http.problems import PROBLEMS
from alerts.web.http.rate_limit import TOO_MANY
from alerts.web.http.room import room

router = room(prefix="/schemas", tags=["schemas"], responses=PROBLEMS | TOO_MANY)


@router.get("/index.json")
def index(settings: SettingsDep) -> dict[str, Any]:
    """The address of each schema."""
    from alerts.web.api import event_schemas  # ten models: few ask for them

    return event_schemas.index(settings.base_url)


@router.get("/{type}.json")
def schema(type: SentType, settings: SettingsDep) -> dict[str, Any]:
    """The JSON schema of the body of a webhook of this type."""
    from alerts.web.api import event_schemas

    return event_schemas.schema(type, settings.base_url)
