"""Which revisions of the tables this program knows, and how a database is brought to one: Alembic's scripts.

When that is done, and what is said where it cannot be, is db.py.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from sqlalchemy import Connection, MetaData, inspect, text

from ingest.store import text_index

if TYPE_CHECKING:  # most processes find tables that are up to date, and to load Alembic takes half a second
    from alembic.config import Config

# Without a handler of its own Alembic would tell of every migration on stderr through logging.lastResort.
logging.getLogger("alembic").addHandler(logging.NullHandler())

MIGRATIONS = files("ingest.store") / "migrations"
_REVISION = re.compile(r"^(down_)?revision\b[^=\n]*=[ \t]*[\"'](\w+)", re.MULTILINE)  # as Alembic writes them


@contextmanager
def _alembic() -> Iterator[Config]:
    """Alembic's configuration without an alembic.ini: the scripts lie in the package."""
    from alembic.config import Config

    with as_file(MIGRATIONS) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        yield config


def newest() -> str | None:
    """The revision of the tables that this program works with: the one that no other follows."""
    scripts = [
        script.read_text("utf-8") for script in (MIGRATIONS / "versions").iterdir() if script.is_file()
    ]
    said = [match for script in scripts for match in _REVISION.findall(script)]
    followed = {revision for before, revision in said if before}
    return next((revision for before, revision in said if not before and revision not in followed), None)


def revisions() -> list[str]:
    """All that this program knows, newest first."""
    from alembic.script import ScriptDirectory

    with _alembic() as config:
        return [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]


def unreleased(revision: str) -> bool:
    """Whether tables of this revision, which the program does not know, are older than all that it knows."""
    return revision < revisions()[-1]


def upgrade(tx: Connection, revision: str = "head") -> None:
    """Bring the tables to a revision, in this transaction; at the newest, with what is searched."""
    from alembic import command

    from ingest.store import search

    with _alembic() as config:
        config.attributes["connection"] = tx
        command.upgrade(config, revision)
    if revision in ("head", newest()) and text_index.make(tx):
        search.fill(tx)


def rebuild(tx: Connection, revision: str) -> None:
    """Drop all tables, and make them anew as they were at a revision, in this transaction."""
    text_index.drop(tx)
    there = MetaData()
    there.reflect(tx)
    there.drop_all(tx)
    upgrade(tx, revision)


def revision_of(tx: Connection) -> str | None:
    """Where Alembic keeps it."""
    if not inspect(tx).has_table("alembic_version"):
        return None
    kept: str | None = tx.scalar(text("SELECT version_num FROM alembic_version"))
    return kept
