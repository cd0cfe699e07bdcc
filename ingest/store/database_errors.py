"""What an error of the database means: its class, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, StatementError

from ingest.errors import Contended, StoreError, Unstorable
from ingest.store.engine import LOCK_WAIT, STANDSTILL

_BROKEN_OFF = frozenset({"40001", "40P01"})  # SQLSTATE: serialization_failure, deadlock_detected
_BEYOND_LIMITS = "54"  # SQLSTATE class: program_limit_exceeded, an address too long for its index, say

_RIGHTS = (
    "Its user may not do that. Make it the owner of the database, or grant it what it needs (to use the"
    " schema public and to create tables in it, too)."
)
# What the database says -> what it means for the reader.
_MEANINGS: Mapping[str, str] = {
    "database or disk is full": "The disk is full. Free space there; what was committed before is safe.",
    "disk I/O error": "The disk failed or is full. Free space there; what was committed before is safe.",
    "No space left on device": "The disk of the database server is full. Free space there.",
    "database is locked": f"Another process has held the write lock for more than {LOCK_WAIT:.0f} s. "
    "Find who has the file open, or move to PostgreSQL.",
    "readonly database": "The file or its folder may not be written by this user. Fix its rights.",
    "unable to open database file": "The file or its folder may not be opened by this user, or is mounted"
    " read-only: SQLite writes beside the file, to read it too. Fix its rights, or the mount.",
    "file is not a database": "That file is something else. Point GONGBAO_DATABASE_URL elsewhere.",
    "malformed": "The file is damaged. Restore a backup, or start anew: the archive keeps every page.",
    "no such table": "Its tables are missing. Run `gongbao migrate` (or `gongbao up`) once to make them.",
    "no such module: fts5": "The SQLite of this Python was built without full-text search. Use another "
    "Python, or PostgreSQL.",
    'FATAL:  role "': "The server has no such user. Create it, or check the user in GONGBAO_DATABASE_URL.",
    "permission denied": _RIGHTS,
    "no schema has been selected": _RIGHTS,
    "read-only transaction": "That server takes no writes; it is a replica, maybe. Name another one in"
    " GONGBAO_DATABASE_URL.",
    "too many clients": "Raise the server's max_connections, or run fewer processes.",
    "too many connections": "Raise the limit of that user, or run fewer processes.",
    "remaining connection slots": "Raise the server's max_connections, or run fewer processes.",
    "no pg_hba.conf entry": "The server does not let that user in from here. Its pg_hba.conf says who may.",
    "does not exist": "Create the database; `gongbao migrate` (or `gongbao up`) makes its tables.",
    "password authentication failed": "Check user and password in GONGBAO_DATABASE_URL.",
    "no password supplied": "Name one in GONGBAO_DATABASE_URL or GONGBAO_DATABASE_PASSWORD.",
    "connection to server": "The server cannot be reached. Check that it runs and GONGBAO_DATABASE_URL.",
    "failed to resolve host": "The server cannot be found. Check the host in GONGBAO_DATABASE_URL.",
    "connection timeout": "The server cannot be reached. Check that it runs and GONGBAO_DATABASE_URL.",
    "idle-in-transaction": f"This process stood still for {STANDSTILL} s and held others up. "
    "The work will be done again.",
    "terminating connection": "The server was stopped or restarted. The work will be done again.",
    "connection is closed": "The server was stopped or restarted. The work will be done again.",
    "server closed the connection": "The server was stopped or restarted. The work will be done again.",
    "deadlock detected": "Two transactions waited for each other. The work will be done again.",
    "could not serialize": "Two transactions met. The work will be done again.",
}


def kind_of(exc: StatementError) -> type[StoreError]:
    """Whether another try helps at once (Contended), with another value only (Unstorable), or later."""
    state = str(getattr(exc.orig, "sqlstate", None) or "")
    if state in _BROKEN_OFF:
        return Contended
    value = not isinstance(exc, DBAPIError) or isinstance(exc, DataError | IntegrityError | NotSupportedError)
    return Unstorable if value or state.startswith(_BEYOND_LIMITS) else StoreError


def explain(exc: StatementError, name: str) -> str:
    said = str(exc.orig).strip().split("\n")[0]
    meaning = next((m for sign, m in _MEANINGS.items() if sign in str(exc.orig)), None)
    doing = (exc.statement or "connecting").strip().split("\n")[0][:120]
    return f"store {name}: {doing}: {said}." + (f" {meaning}" if meaning else "")
