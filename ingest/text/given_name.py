"""A name that somebody gives to what is theirs: a feed, a token, a source. Pure."""

from __future__ import annotations

from ingest.errors import ConfigError

LONGEST = 100  # characters: it stands in titles, in tables and in every event


def given_name(said: str, asked: str) -> str:
    """`said` on one line. Raises ConfigError, which calls it `asked`: it is empty, or nobody can read it."""
    name = " ".join(said.split())
    if not name:
        raise ConfigError(f"{asked}: is empty; say what it is to be called")
    if len(name) > LONGEST:
        raise ConfigError(f"{asked}: {len(name)} characters; {LONGEST} are the most")
    if not name.isprintable():
        raise ConfigError(f"{asked} {name!r}: has a character that is not printed; take it out")
    return name
