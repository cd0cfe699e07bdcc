"""Alembic's entry: run the migrations on the connection that Store.migrate gives, inside its transaction."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from ingest.store.tables import metadata


def render_item(kind: str, item: Any, _autogen: object) -> str | Literal[False]:
    """A migration must not depend on the code of a later day: write our types as what they are stored as."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite can; Alembic assumes that it cannot
    render_item=render_item,
    render_as_batch=True,  # SQLite alters a table by copying it
)
context.run_migrations()
