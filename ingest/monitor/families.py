"""What was seen of the database and of Redis, as Prometheus' metric families; and which build this is.

Every role tells the same of the database, so ask for max() over the instances. Where a part did not answer
its figures are left out, and `gongbao_database_up` or `gongbao_redis_up` is 0.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping

from prometheus_client import ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ingest.monitor.look import Looker, Seen
from ingest.program import program_version
from ingest.roles import Role
from ingest.store import presence
from ingest.store.backlog import Backlog, Waiting


class Families(Collector):
    """`pid`: the process whose memory and CPU are told of (None: this one)."""

    def __init__(self, role: Role, looker: Looker, pid: int | None = None) -> None:
        self._role = role
        self._looker = looker
        self._process = ProcessCollector(pid=lambda: pid or os.getpid(), registry=None)

    def collect(self) -> Iterator[Metric]:
        seen = self._looker.look()
        yield build_info(self._role)
        yield from parts(seen)
        if seen.backlog is not None:
            yield from waiting(seen.backlog, ocr=self._looker.ocr)
        yield from self._process.collect()


def build_info(role: Role) -> Metric:
    family = _labelled(
        "gongbao_build_info", "Always 1; which version of gongbao this is", "role", "version", "python"
    )
    family.add_metric([role, program_version(), platform.python_version()], 1)
    return family


def parts(seen: Seen) -> Iterator[Metric]:
    """Whether database and Redis answer, and what the queue and the disk say."""
    yield _plain(
        "gongbao_database_up",
        "1 when the database answers and has the tables of this version",
        seen.database is None,
    )
    yield _plain("gongbao_redis_up", "1 when Redis answers and takes writes", seen.redis is None)
    if seen.jobs is not None:
        yield _plain("gongbao_queue_jobs", "Jobs waiting in Redis", seen.jobs.queued)
        yield _plain(
            "gongbao_queue_failed_jobs", "Jobs that the queue gave up within the hour", seen.jobs.failed
        )
    if seen.free is not None:
        yield _plain("gongbao_data_free_bytes", "Free bytes on the disk of the data folder", seen.free)


def waiting(known: Backlog, *, ocr: bool) -> Iterator[Metric]:
    """What the database knows of what is not done. Scans wait for nobody where they are not read."""
    yield _plain("gongbao_lists", "Lists that are watched", known.lists)
    yield _plain("gongbao_lists_due", "Lists whose time has come", known.lists_due.number)
    yield _plain(
        "gongbao_lists_late_seconds",
        "How late the latest list is: seconds since it was due",
        known.lists_due.longest.total_seconds(),
    )
    yield _plain("gongbao_documents_waiting", "Versions to be extracted", known.versions.number)
    yield _plain(
        "gongbao_documents_oldest_waiting_seconds",
        "How long the oldest of them has waited",
        known.versions.longest.total_seconds(),
    )
    yield _plain(
        "gongbao_documents_dead", "Versions put aside that stopped their worker again and again", known.dead
    )
    yield _plain(
        "gongbao_internal_errors",
        "Pages and lists that a fault of gongbao keeps from being read",
        known.internal,
    )
    yield _plain(
        "gongbao_reports_unsettled", "Reports to be compared with what was told", known.reports.number
    )
    yield _plain(
        "gongbao_reports_oldest_unsettled_seconds",
        "How long the oldest of them has waited",
        known.reports.longest.total_seconds(),
    )
    scans = known.scans if ocr else Waiting()
    yield _plain("gongbao_scans_waiting", "Scans to be read by OCR, where it is on", scans.number)
    yield _plain(
        "gongbao_scans_oldest_waiting_seconds",
        "How long the oldest of them has waited",
        scans.longest.total_seconds(),
    )
    yield _plain("gongbao_events_waiting", "Events not yet fanned out", known.events.number)
    yield _plain(
        "gongbao_events_oldest_waiting_seconds",
        "How long the oldest of them has waited",
        known.events.longest.total_seconds(),
    )
    yield _by(
        "gongbao_deliveries",
        "Deliveries that are not done: due, waiting (for the next attempt), held (the endpoint is paused or "
        "disabled), dead (given up)",
        "state",
        known.deliveries,
    )
    yield _plain(
        "gongbao_deliveries_oldest_due_seconds",
        "How long the longest due of them has been due",
        known.deliveries_due.longest.total_seconds(),
    )
    yield _by(
        "gongbao_subscriptions",
        "Subscriptions: working, failing, paused, disabled",
        "state",
        known.subscriptions,
    )
    yield _by("gongbao_sources", "Sources that are watched", "kind", known.sources)
    yield _by("gongbao_sources_broken", "Sources that are said to be broken", "kind", known.broken)
    yield _by(
        "gongbao_role_instances",
        "Processes of a role that were heard of within 90 s",
        "role",
        dict.fromkeys(presence.expected(ocr=ocr), 0) | dict(known.roles),
    )
    yield _by(
        "gongbao_role_heartbeat_age_seconds",
        "How long ago a role was last heard of, whichever of its processes; absent: never",
        "role",
        {role: age.total_seconds() for role, age in known.heard.items()},
    )


def _plain(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help_, value=float(value))


def _by(name: str, help_: str, label: str, values: Mapping[str, float]) -> Metric:
    family = _labelled(name, help_, label)
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _labelled(name: str, help_: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_, labels=labels)
