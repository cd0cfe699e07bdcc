"""The network: ask for a page politely, take no harm from the answer, keep what came.

`Web` is the whole road (robots.txt, pace, fetch, archive); `Fetcher` one fetch; `guarded_transport` an
httpx transport that refuses private addresses, for webhooks as well; `check_url` and `check_address`
ask the guard beforehand; `Archive` the WARC files.
"""

from ingest.web.archive import Archive
from ingest.web.client import Fetched, Fetcher
from ingest.web.guard import check_address, check_url, is_public
from ingest.web.pace import LocalPace, Pace
from ingest.web.request import Request
from ingest.web.robots import Robots
from ingest.web.session import Web
from ingest.web.shared_pace import SharedPace
from ingest.web.transport import guarded_transport
from ingest.web.verdict import parse_retry_after

__all__ = [
    "Archive",
    "Fetched",
    "Fetcher",
    "LocalPace",
    "Pace",
    "Request",
    "Robots",
    "SharedPace",
    "Web",
    "check_address",
    "check_url",
    "guarded_transport",
    "is_public",
    "parse_retry_after",
]
