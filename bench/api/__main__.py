"""The list of candidates over the API, whole: requests per second and the time of each.

    python -m tools.servers python -m bench.api            65,000 volunteers
    python -m tools.servers python -m bench.api --short    2,000 volunteers, some seconds

The project's own WSGI application with all its middleware behind gunicorn, sessions of many coordinators (so
that the request limits hold), connections that stay open, PostgreSQL with a pool. In the same call: the same
with the best 20 found by an index in SQL, and a view that answers nothing but also asks who is there.
Server, database and the load generator share the machine, and the three are asked in turn, twice.
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

from bench.api.load import Answered, load, request
from tools.servers import free_port

if TYPE_CHECKING:
    from bench.api.town import Desk

SETTINGS = "bench.api.settings"
DATABASE = "bench_api"
WORKERS = 2
ROUNDS = 2
START_SECONDS = 90.0
WAYS = {
    "nothing, signed in": "/api/v1/bench/nothing",
    "candidates": "/api/v1/dispatches/{}/candidates",
    "best 20 in SQL": "/api/v1/bench/sql/{}",
}


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
    connections.close_all()
    print(f"{size.volunteers:,} volunteers, filled in {time.perf_counter() - began:.0f} s", flush=True)
    found: dict[str, list[Answered]] = {name: [] for name in WAYS}
    with serving() as port:
        for _ in range(ROUNDS):
            for name, path in WAYS.items():
                asked = questions(desk, path)
                load(port, asked, connections=size.connections, seconds=size.seconds / 10)
                found[name].append(load(port, asked, connections=size.connections, seconds=size.seconds))
    return _print(found)


def questions(desk: "Desk", path: str) -> Iterator[bytes]:
    """Return questions without end: each coordinator in turn, about each request in turn."""
    from bench.api.town import cookie

    paths = itertools.cycle([path.format(request_id) for request_id in desk.requests])
    cookies = itertools.cycle([f"Cookie: {cookie(session)}" for session in desk.sessions])
    return map(request, paths, cookies)


@contextmanager
def serving() -> Iterator[int]:
    """Run gunicorn as docs/operations.md says, with connections that stay open; yield its port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "backend.wsgi:application", f"--bind=127.0.0.1:{port}"]
    command += [f"--workers={WORKERS}", "--worker-class=gthread", "--threads=4", "--keep-alive=30"]
    process = subprocess.Popen([*command, "--log-level=warning"])
    try:
        _wait_until_up(port, process)
        yield port
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


def _print(found: dict[str, list[Answered]]) -> int:
    rates = {name: max(one.per_second for one in rounds) for name, rounds in found.items()}
    for name, rounds in found.items():
        best = max(rounds, key=lambda one: one.per_second)
        p50, p99 = np.percentile(best.milliseconds, [50, 99])
        print(
            f"  {name:<20}{best.per_second:8,.0f} requests/s  p50 {p50:6.1f} ms  p99 {p99:6.1f} ms  "
            f"x{rates[name] / rates['best 20 in SQL']:.1f} of SQL"
        )
    failed = sum(one.failed for rounds in found.values() for one in rounds)
    if failed:
        print(f"  {failed} answers were not 200", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
