"""/healthz and /readyz: whether this server can answer, for load balancers and orchestrators."""

from __future__ import annotations

from alerts.web.http.dependencies import StoreDep
from alerts.web.http.problems import PROBLEMS
from alerts.web.http.room import room

router = room(tags=["health"], responses=PROBLEMS)


@router.get("/healthz")
def healthz(store: StoreDep) -> dict[str, str]:
    """As /readyz: 200 when the database can be read and has the tables of this version, 503 otherwise."""
    store.check()
    return {"status": "ok"}


@router.get("/readyz")
def readyz(store: StoreDep) -> dict[str, str]:
    """200 when the database can be read and has the tables of this version, 503 otherwise."""
    store.check()
    return {"status": "ready"}
