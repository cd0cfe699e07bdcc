"""What the container test watches: the demo's sites, four more with reports by the dozen, and a receiver.

Runs inside the project's image as `python sites.py FOLDER [NAME]`; the source files go into FOLDER, which the
pollers read, and name this host by NAME. Port 8900 takes webhooks (POST /hook) and says what came (GET
/state). One delivery in ten is refused the first time, so that retries are seen: the same id must bring the
same bytes. GET /change lets the demo's plan report change a figure.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import sys
import threading
from contextlib import ExitStack
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from world_texts import Text, counties, make_text  # tests/support/world_texts.py, mounted beside this file

from ingest.demo.layouts import Entry, bracket_article, bracket_list
from ingest.demo.sites import Change, Site, serve, sites
from ingest.model import Kind

SITES, REPORTS_EACH = 4, 30
SEED = 7
PORT = 8900

SOURCE = """slug = "{slug}"
name = "{slug}"
kind = "portal"
home = "{{base}}/"
delay = 0
interval = "5s"
recheck = "1h"

[[lists]]
url = "{{base}}/zfgzbg/"

[list]
item = "ul.tab-item li"
date = "span"
url_pattern = '/t\\d{{8}}_\\d+\\.html$'

[expect]
overdue = false
"""


def many(number: int, texts: list[Text]) -> Site:
    """A site with one page for each text."""
    slug = f"many-{number}"
    entries, pages = [], {}
    for n, text in enumerate(texts, 1):
        href = f"./202602/t202602{n % 28 + 1:02}_{number}{n:05}.html"
        day = text.put_up.isoformat()
        entries.append(Entry(href, text.title, day))
        html = bracket_article(slug, text.title, day, f"index/{number}-{n}", text.region.name, text.body)
        pages[f"/zfgzbg{href[1:]}"] = partial(str, html)
    pages["/zfgzbg/"] = partial(str, bracket_list(slug, entries))
    return Site(slug, "utf-8", "text/html; charset=utf-8", pages, SOURCE.format(slug=slug))


class Receiver(BaseHTTPRequestHandler):
    """Every delivery by its webhook-id: when it came, the digest of its bytes, what it was."""

    lock = threading.Lock()
    came: dict[str, list[str]] = {}
    types: dict[str, str] = {}
    facts: dict[str, object] = {}
    change = Change(math.inf)  # until GET /change a page of the demo keeps its figure

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        id_ = self.headers.get("webhook-id", "")
        with self.lock:
            seen = self.came.setdefault(id_, [])
            seen.append(hashlib.sha256(body).hexdigest())
            self.types[id_] = json.loads(body)["type"]
            refuse = len(seen) == 1 and int(hashlib.sha256(id_.encode()).hexdigest(), 16) % 10 == 0
        self._answer(503 if refuse else 204, b"")

    def do_GET(self) -> None:
        if self.path == "/change":
            self.change.after = 0.0
        with self.lock:
            state = {"came": self.came, "types": self.types, **self.facts}
            body = json.dumps(state).encode()
        self._answer(200, body)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: what came is asked for."""


def main(folder: Path, name: str = "sites") -> None:
    rng = random.Random(SEED)
    regions = counties(rng, SITES * REPORTS_EACH)
    texts = [make_text(rng, region, Kind.WORK_REPORT, 2026) for region in regions]
    change = Receiver.change
    shown = list(sites(change))
    shown += [many(n, texts[n * REPORTS_EACH : (n + 1) * REPORTS_EACH]) for n in range(SITES)]
    Receiver.facts |= {"reports": len(texts), "targets": sum(len(text.targets) for text in texts)}
    with ExitStack() as stack:
        bases = stack.enter_context(serve(shown, folder, listen="0.0.0.0", name=name))
        Receiver.facts["sites"] = bases
        print(json.dumps(bases), flush=True)
        ThreadingHTTPServer(("0.0.0.0", PORT), Receiver).serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
