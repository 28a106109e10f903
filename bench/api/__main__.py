"""The list of candidates over the API, whole: requests per second and the time of each.

    python -m tools.servers python -m bench.api            65,000 volunteers
    python -m tools.servers python -m bench.api --short    2,000 volunteers, some seconds

The project's own WSGI application with all its middleware behind gunicorn, sessions of many coordinators (so
that the request limits hold), connections that stay open, PostgreSQL with a pool. In the same call: the same
with the best 20 found by an index in SQL, and a view that answers nothing but also asks who is there. And,
as the design measured it, the bare endpoint (`bare.py`): the same questions with Django's own middleware, no
session and no guards, by the engine and in SQL. Servers, database and the load generator share the machine,
and all are asked in turn, twice; processor time is that of servers and database together, per answer.
"""

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import django
import numpy as np
import psycopg

from bench.api import meter
from bench.api.load import Answered, load, request
from tools.servers import free_port

if TYPE_CHECKING:
    from bench.api.town import Desk

SETTINGS, BARE_SETTINGS = "bench.api.settings", "bench.api.bare_settings"
DATABASE = "bench_api"
WORKERS = 2
ROUNDS = 2
START_SECONDS = 90.0
WAYS = {
    "nothing, signed in": "/api/v1/bench/nothing",
    "candidates": "/api/v1/dispatches/{}/candidates",
    "best 20 in SQL": "/api/v1/bench/sql/{}",
}
BARE_WAYS = {"bare, candidates": "engine", "bare, best 20 in SQL": "sql"}


class Measured(NamedTuple):
    """The answers of one turn, and what each cost in processor time, in milliseconds."""

    answered: Answered
    here: float
    there: float


class Size(NamedTuple):
    """How much is asked."""

    volunteers: int
    requests: int
    coordinators: int
    connections: int
    seconds: float


SHORT = Size(volunteers=2_000, requests=50, coordinators=20, connections=4, seconds=1.0)
WHOLE = Size(volunteers=65_000, requests=400, coordinators=300, connections=8, seconds=10.0)


def main() -> int:
    """Measure and print; the exit status tells of failed answers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="2,000 volunteers")
    size = SHORT if parser.parse_args().short else WHOLE
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        parser.error("DATABASE_URL must lead to PostgreSQL: python -m tools.servers python -m bench.api")
    with tempfile.TemporaryDirectory(prefix="samenkracht-bench-") as folder:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {DATABASE}".encode())
        os.environ |= {
            "DATABASE_URL": f"{server.rsplit('/', 1)[0]}/{DATABASE}",
            "REDIS_URL": "",
            "EMBEDDED_WORKER": "false",
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "MODE": "development",
            "LOG_LEVEL": "WARNING",
            "VAR_DIR": folder,
        }
        return measure(size)


def measure(size: Size) -> int:
    """Fill the database, ask in turn, print."""
    django.setup()
    from django.core.management import call_command
    from django.db import connections

    from bench.api.town import fill

    began = time.perf_counter()
    call_command("migrate", verbosity=0)
    desk = fill(size.volunteers, size.requests, size.coordinators)
    asked = questions(desk)
    connections.close_all()
    print(f"{size.volunteers:,} volunteers, filled in {time.perf_counter() - began:.0f} s", flush=True)
    found: dict[str, list[Measured]] = {name: [] for name in asked}
    with serving(SETTINGS) as whole, serving(BARE_SETTINGS) as bare:
        for _ in range(ROUNDS):
            for name, ready in asked.items():
                found[name].append(_measured(bare if name in BARE_WAYS else whole, ready, size))
    return _print(found)


def _measured(server: "Server", ready: list[bytes], size: Size) -> Measured:
    """Ask one way for some seconds, after a few to warm up."""
    asked = itertools.cycle(ready)
    load(server.port, asked, connections=size.connections, seconds=size.seconds / 10)
    looks = [meter.processor_seconds(pids()) for pids in (server.pids, meter.backends)]
    answered = load(server.port, asked, connections=size.connections, seconds=size.seconds)
    looks += [meter.processor_seconds(pids()) for pids in (server.pids, meter.backends)]
    here, there = meter.used_between(looks[0], looks[2]), meter.used_between(looks[1], looks[3])
    count = len(answered.milliseconds)
    return Measured(answered, here / count * 1e3, there / count * 1e3)


def questions(desk: "Desk") -> dict[str, list[bytes]]:
    """Return the questions of each way: each coordinator in turn, about each request in turn."""
    from bench.api.bare import address
    from bench.api.town import cookie, demands_in

    cookies = [f"Cookie: {cookie(session)}" for session in desk.sessions]
    signed_in = {
        name: [
            request(path.format(request_id), header)
            for request_id, header in zip(desk.requests, itertools.cycle(cookies), strict=False)
        ]
        for name, path in WAYS.items()
    }
    asked = demands_in(desk)
    bare = {name: [request(address(way, one)) for one in asked] for name, way in BARE_WAYS.items()}
    return signed_in | bare


class Server(NamedTuple):
    """A server that runs."""

    port: int
    process: int

    def pids(self) -> list[int]:
        """Return the ids of its processes."""
        return meter.workers_of(self.process)


@contextmanager
def serving(settings: str) -> Iterator[Server]:
    """Run gunicorn as docs/operations.md says, with connections that stay open."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:backend.serving", "backend.wsgi:application"]
    command += [f"--bind=127.0.0.1:{port}", f"--workers={WORKERS}", "--worker-class=gthread", "--threads=2"]
    command += ["--keep-alive=30"]
    process = subprocess.Popen(
        [*command, "--log-level=warning"], env=os.environ | {"DJANGO_SETTINGS_MODULE": settings}
    )
    try:
        _wait_until_up(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_until_up(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            load(port, itertools.repeat(request("/healthz")), connections=1, seconds=0)
        except OSError:
            time.sleep(0.05)  # it does not listen yet
        else:
            return
    raise RuntimeError("gunicorn did not start")


def _print(found: dict[str, list[Measured]]) -> int:
    best = {name: max(rounds, key=lambda one: one.answered.per_second) for name, rounds in found.items()}
    slowest = best["bare, best 20 in SQL"].answered.per_second
    print(f"  {'':<22}{'requests/s':>11}{'p50 ms':>9}{'p99 ms':>9}{'server ms':>11}{'database ms':>13}")
    for name, (answered, here, there) in best.items():
        p50, p99 = np.percentile(answered.milliseconds, [50, 99])
        print(
            f"  {name:<22}{answered.per_second:11,.0f}{p50:9.1f}{p99:9.1f}{here:11.2f}{there:13.2f}"
            f"   x{answered.per_second / slowest:.1f} of bare SQL"
        )
    failed = sum(one.answered.failed for rounds in found.values() for one in rounds)
    if failed:
        print(f"  {failed} answers were not 200", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
