"""All that is known, a Parquet file a table. Read only.

What is in them is alerts/listing/dataset.py; the files alerts/listing/dataset_files.py.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any

from fastapi import HTTPException
from fastapi import Path as PathParameter
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from alerts.listing import parquet
from alerts.web.http.dependencies import SettingsDep, StoreDep
from alerts.web.http.downloads import Download
from alerts.web.http.parameters import refused_as
from alerts.web.http.problems import PROBLEMS, as_problem
from alerts.web.http.rate_limit import TOO_MANY
from alerts.web.http.room import room
from ingest.filters import one_of
from ingest.store.db import Store

# What is in them is loaded when somebody asks for one: 1 MB.
TABLES = (
    *("reports", "versions", "copies", "targets", "outcomes", "verdicts", "events", "regions", "indicators"),
    "texts",
)

router = room(prefix="/api/v1/dump", tags=["api"], responses=PROBLEMS | TOO_MANY)


class MarkdownResponse(PlainTextResponse):
    media_type = "text/markdown"


@router.get("", operation_id="dump", summary="The tables of a dump, each with its address and its columns")
def listing(settings: SettingsDep) -> dict[str, Any]:
    """A Data Package (specs.frictionlessdata.io)."""
    from alerts.listing import dataset
    from alerts.listing.dataset_files import package

    base = f"{settings.base_url}/api/v1/dump"
    return package(dataset.TABLES.values(), lambda table: {"path": f"{base}/{table.file}"})


@router.get(
    "/DICTIONARY.md",
    response_class=MarkdownResponse,
    operation_id="dump_dictionary",
    summary="What each column of a dump means, its unit, and from where it is",
)
def dictionary() -> Response:
    from alerts.listing import dataset
    from alerts.listing.dataset_files import HEAD

    return MarkdownResponse(HEAD + dataset.dictionary())


@router.get(
    "/{table}.parquet",
    response_class=StreamingResponse,
    operation_id="dump_table",
    summary="All rows of a table as Parquet, as they are at one moment",
    responses={
        200: {"content": {parquet.MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
        501: as_problem("pyarrow is not installed"),
    },
)
def table(
    table: Annotated[str, PathParameter(description=", ".join(TABLES), examples=["targets"], max_length=40)],
    store: StoreDep,
) -> Response:
    with refused_as(404):
        one_of(table, "table", TABLES)
    if not parquet.is_there():
        raise HTTPException(
            501, f"{parquet.MISSING}. JSON and CSV are at /api/v1/targets and its neighbours."
        )
    return Download(_read(store, table), parquet.MEDIA_TYPE)


def _read(store: Store, table: str) -> Generator[bytes]:
    from alerts.listing import dataset
    from alerts.listing.dataset_files import table_pieces

    with store.read() as tx:
        yield from table_pieces(tx, dataset.TABLES[table])
