"""deploy/test.sh's steps: build, run the composition, disturb it, count what arrived, and say what was seen.

A step prints one line when it holds and raises Failed when it does not. Everything is taken away at the end.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kube
import yaml
from engine import DEPLOY, FILES, PROJECT, ROOT, Engine, Failed, base_image, until

WEB, STATE = 18701, 18901  # ports on this machine
REPORTED = ("report.published", "report.provisional")
ROLES = {"poller": 2, "worker": 3, "sender": 2, "web": 1}
DEMO_REPORTS, DEMO_TARGETS = 4, 48  # what the demo's own sites say
MEGABYTE = 1_000_000


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--engine", required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--keep", action="store_true", help="leave the containers running")
    given = parser.parse_args()
    engine = Engine(given.engine, given.work)
    began = time.monotonic()
    try:
        for said in steps(engine):
            print(f"ok  {time.monotonic() - began:5.0f} s  {said}", flush=True)
    except (Failed, subprocess.TimeoutExpired, OSError) as exc:  # OSError: a port that does not answer
        print(f"FAILED  {exc}", file=sys.stderr, flush=True)
        logs(engine)
        return 1
    finally:
        if not given.keep:
            clean(engine)
    print(f"container test passed in {time.monotonic() - began:.0f} s")
    return 0


def steps(engine: Engine) -> Iterator[str]:
    yield from base_image(engine)
    engine.environment |= {
        "IMAGE": "gongbao",
        "IMAGE_TAG": "test",
        "SECRETS_DIR": str((engine.work / "secrets").resolve()),
        "PUBLISH_PORT": str(WEB),
        "TEST_PORT": str(STATE),
    }
    clean(engine)
    yield from build(engine)
    engine.run([str(DEPLOY / "make-secrets.sh"), engine.environment["SECRETS_DIR"]])
    yield from start(engine)
    yield from disturb(engine)
    yield from settle(engine)
    yield from secrets(engine)
    yield from health(engine)
    down(engine)
    yield from kube.steps(engine)


# --- the image -------------------------------------------------------------------------------


def build(engine: Engine) -> Iterator[str]:
    form = ("--format", "docker") if engine.podman else ()  # an OCI image has no health check
    engine(
        *("build", "--quiet", *form, "--file", str(DEPLOY / "Dockerfile"), "--tag", "localhost/gongbao:test"),
        *("--build-arg", f"BASE={engine.environment['BASE']}", str(ROOT)),
        timeout=1800,
    )
    engine("tag", "localhost/gongbao:test", "gongbao:test")
    image = engine.inspect("localhost/gongbao:test")
    base = engine.inspect(engine.environment["BASE"])
    size, of_base = image["Size"] // MEGABYTE, base["Size"] // MEGABYTE
    yield f"image: {size} MB, {size - of_base} MB of them over its base"
    config = image["Config"]
    expect("the image's user", config["User"], "10001:10001")
    labels = {key for key in config["Labels"] if key.startswith("org.opencontainers.image.")}
    if len(labels) < 6:
        raise Failed(f"the image's labels: {sorted(labels)}")
    said = engine("run", "--rm", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "gongbao:test", "--help")
    if "Watch Chinese government portals" not in said:
        raise Failed(f"gongbao --help says {said[:200]}")
    yield "image: runs as 10001:10001 on a read-only root without capabilities; labels are there"


# --- the composition -------------------------------------------------------------------------


def start(engine: Engine) -> Iterator[str]:
    for service in ("redis", "postgres", "sites"):
        engine.up(service)
    for service in ("redis", "postgres"):
        (name,) = engine.containers(service)
        until(f"{service} is healthy", lambda name=name: engine.healthy(name), 60)
    engine.up("migrate")
    (migrate,) = engine.containers("migrate")
    until("the migration ends", lambda: not engine.inspect(migrate)["State"]["Running"], 120)
    expect("the migration's exit code", engine.inspect(migrate)["State"]["ExitCode"], 0)
    engine.up("web")
    until("the web server answers", lambda: answers(f"http://127.0.0.1:{WEB}/healthz"), 120)
    yield "compose: redis, postgres, migrate and web are up; only the web server's port is published"
    (web,) = engine.containers("web")
    types = engine(
        "exec", web, "python", "-c", "from ingest.events import EventType; print(*EventType)"
    ).split()
    every = [word for type_ in types for word in ("--type", type_)]
    engine("exec", web, "gongbao", "webhooks", "add", "http://sites:8900/hook", "--all-targets", *every)
    for role in ("poller", "worker", "sender"):
        engine.up(role, ROLES[role])
    running = {role: len(engine.containers(role)) for role in ROLES}
    expect("how many of each role run", running, ROLES)
    yield "compose: two pollers, three workers and two senders started"


def disturb(engine: Engine) -> Iterator[str]:
    facts = state()
    workers = engine.containers("worker")
    until("the first reports are told", lambda: told(*REPORTED) >= 5)
    before = told(*REPORTED)
    engine("kill", "--signal", "KILL", workers[0])
    yield f"disturbed: a worker was killed (SIGKILL) with {before} of {facts['reports']} reports told"
    before = told(*REPORTED)
    until("more reports are told", lambda: told(*REPORTED) >= before + 5)
    engine("restart", "--time", "0", engine.containers("redis")[0])
    yield f"disturbed: redis was killed and started again with {told(*REPORTED)} reports told"
    before = told(*REPORTED)
    until("more reports are told", lambda: told(*REPORTED) >= before + 5)
    stopped = {}
    for name in (workers[1], engine.containers("sender")[0], engine.containers("poller")[0]):
        began = time.monotonic()
        code = engine.stop(name, grace(name))
        expect(f"the exit code of {name} after SIGTERM in mid-run", code, 0)
        stopped[name] = round(time.monotonic() - began, 1)
    took = ", ".join(f"{name[len(PROJECT) + 1 :]} {seconds} s" for name, seconds in stopped.items())
    yield f"disturbed: after SIGTERM in mid-run a worker, a sender and a poller end with code 0: {took}"
    for name in (*stopped, workers[0]):
        engine("start", name)


def settle(engine: Engine) -> Iterator[str]:
    facts = state()
    (db,) = engine.containers("postgres")

    secret = Path(engine.environment["SECRETS_DIR"], "database_password")
    engine.environment["PGPASSWORD"] = secret.read_text().strip()

    def rows(query: str) -> list[str]:
        words = (
            "exec",
            "--env",
            "PGPASSWORD",
            db,
            "psql",
            "-U",
            "gongbao",
            "-d",
            "gongbao",
            "-h",
            "127.0.0.1",
        )
        return engine(*words, "-At", "-c", query).splitlines()

    reports, targets = facts["reports"] + DEMO_REPORTS, facts["targets"] + DEMO_TARGETS
    until("every report is told", lambda: told(*REPORTED) >= reports, 900)
    state("/change")
    until("the changed figure is told", lambda: told("target.revised") >= 1)
    quiet = (
        "select (select count(*) from deliveries where state = 'due') + "
        "(select count(*) from versions where extracted_at is null)"
    )
    until("nothing waits any more", lambda: rows(quiet) == ["0"], 300)
    expect("texts that were given up", rows("select count(*) from versions where dead_at is not null"), ["0"])
    events = set(rows("select id from events"))
    came = state()["came"]
    expect("events that did not arrive", sorted(events - came.keys()), [])
    expect("deliveries of no event", sorted(came.keys() - events), [])
    differ = [id_ for id_, digests in came.items() if len(set(digests)) > 1]
    expect("ids that came with different bytes", differ, [])
    states = dict(line.split("|") for line in rows("select state, count(*) from deliveries group by 1"))
    expect("states of the deliveries", states, {"done": str(len(events))})
    kinds = Counter(state()["types"].values())
    expect("reports told", sum(kinds[type_] for type_ in REPORTED), reports)
    expect("targets told", (kinds["target.published"], kinds["target.revised"]), (targets, 1))
    retried = sum(len(digests) > 1 for digests in came.values())
    yield (
        f"arrived: {len(events)} events, each under one id ({dict(kinds)}); {retried} came more than "
        "once with the same bytes; all deliveries are done"
    )


def secrets(engine: Engine) -> Iterator[str]:
    """After a while at work: what a container tells of itself, its logs, and its processes' environments."""
    passwords = [file.read_text().strip() for file in Path(engine.environment["SECRETS_DIR"]).iterdir()]
    look = "cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null; true"
    for service in ("redis", "postgres", "migrate", *ROLES):
        for name in engine.containers(service):
            told = {"inspect": json.dumps(engine.inspect(name)), "logs": engine("logs", name)}
            if service in ROLES:  # PostgreSQL's own image puts its password into its environment
                told["the processes"] = engine("exec", name, "sh", "-c", look)
                expect(f"{name} shows its processes", "GONGBAO_" in told["the processes"], True)
            for where, text in told.items():
                if any(password in text for password in passwords):
                    raise Failed(f"a secret can be read in {where} of {name}")
    yield "compose: no secret is in what `inspect` tells, in logs, or in the environment of a process of ours"


def health(engine: Engine) -> Iterator[str]:
    for role in ROLES:
        for name in engine.containers(role):
            until(f"{name} is healthy", lambda name=name: engine.healthy(name), 120)
    yield "health: every container is healthy"
    ill, well = engine.containers("poller")
    # Its process lives, its loop does not turn: what a health check by process id would not see.
    stopped = "import os,signal,json;os.kill(json.load(open('/tmp/gongbao/poll.json'))['pid'],signal.SIG%s)"
    engine("exec", ill, "python", "-c", stopped % "STOP")
    until("the hanging poller turns unhealthy", lambda: not engine.healthy(ill), 240, 5)
    expect("it still runs", engine.inspect(ill)["State"]["Running"], True)
    expect("the other poller is healthy", engine.healthy(well), True)
    engine("exec", ill, "python", "-c", stopped % "CONT")
    until("the poller is healthy again", lambda: engine.healthy(ill), 120, 5)
    yield "health: a poller that hangs turns unhealthy though it lives and another one beats; then well again"


# --- helpers ---------------------------------------------------------------------------------


def grace(container: str) -> int:
    """The seconds that compose.yaml gives the service of a container."""
    service = container.removeprefix(f"{PROJECT}_").removeprefix(f"{PROJECT}-").rstrip("0123456789")[:-1]
    said = yaml.safe_load(FILES[0].read_text())["services"][service]["stop_grace_period"]
    return int(said.removesuffix("s"))


def answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def state(path: str = "/state") -> dict[str, Any]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{STATE}{path}", timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def told(*types: str) -> int:
    return sum(type_ in types for type_ in state()["types"].values())


def expect(what: str, seen: object, wanted: object) -> None:
    if seen != wanted:
        raise Failed(f"{what}: {seen!r}, not {wanted!r}")


def logs(engine: Engine) -> None:
    for service in ("migrate", "poller", "worker", "sender", "web", "sites", "postgres", "redis"):
        for name in engine.containers(service):
            print(f"--- {name}", file=sys.stderr)
            print(engine("logs", "--tail", "8", name, check=False)[-2000:], file=sys.stderr)


def clean(engine: Engine) -> None:
    down(engine)
    kube.clean(engine)


def down(engine: Engine) -> None:
    """Containers by their label: podman-compose forgets those that an earlier --scale made."""
    if names := engine.project():
        engine("rm", "--force", "--volumes", *names, check=False)
    engine.compose("down", "--volumes", "--timeout", "5", check=False)


if __name__ == "__main__":
    sys.exit(main())
