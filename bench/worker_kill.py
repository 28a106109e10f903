"""Kill worker processes at random moments and look whether anything was lost or doubled.

    python -m bench.worker_kill --kills 200
    DATABASE_URL=postgres://… python -m bench.worker_kill --kills 200 --workers 2

Works on a throw-away database: a file, or a database of its own on the server of ``DATABASE_URL``. Prints one
JSON object and ends with 1 when an event was lost or parked or an effect doubled. ``--careless`` takes the
worker's guard out (effect and note in two transactions) to show that the harness sees doubled effects.
"""

import argparse
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = "tests.events.killapp.settings"
LEASE_SECONDS = 1.0
BATCH = 10
LONGEST_LIFE_SECONDS = 0.3
FINISH_SECONDS = 120.0


def main() -> int:
    """Run the trial of the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--workers", type=int, default=1, help="alive at the same time")
    parser.add_argument("--ready", type=int, default=150, help="events that wait when a worker starts")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--careless", action="store_true")
    options = parser.parse_args()
    if options.careless:
        os.environ["KILLAPP_CARELESS"] = "1"
    with throw_away_database() as url:
        os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": SETTINGS, "MODE": "development"}
        django.setup()
        result = trial(options.kills, options.workers, options.ready, random.Random(options.seed))
    print(json.dumps(result))
    return int(bool(result["lost"] or result["doubled"] or result["parked"] or result["exit_status"]))


@contextmanager
def throw_away_database() -> Iterator[str]:
    """Yield the address of an empty database, removed afterwards."""
    server = os.environ.get("DATABASE_URL", "")
    with tempfile.TemporaryDirectory(prefix="worker-kill-") as folder:
        os.environ["VAR_DIR"] = folder
        if not server.startswith("postgres"):
            yield f"sqlite:///{folder}/kill.sqlite3"
            return
        name = f"worker_kill_{secrets.token_hex(4)}"
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name}".encode())
            try:
                yield f"{server.rsplit('/', 1)[0]}/{name}"
            finally:
                admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def trial(kills: int, workers: int, ready: int, chance: random.Random) -> dict[str, object]:
    """Kill ``kills`` workers, let a last one finish, and count."""
    from django.core.management import call_command

    from tests.events.killapp.models import Mark

    call_command("migrate", run_syncdb=True, verbosity=0)
    began = time.monotonic()
    events = 0
    done = 0
    while done < kills:
        events += fill_queue(events, ready)
        lives, marks = min(workers, kills - done), Mark.objects.count()
        processes = start_workers(lives)
        wait_until_marks_are_left(beyond=marks)
        kill_at_random(processes, chance)
        done += lives
    status = finish()
    return {
        "kills": kills,
        "events": events,
        **count(events),
        "exit_status": status,
        "seconds": round(time.monotonic() - began),
    }


def fill_queue(first: int, ready: int) -> int:
    """Record events, numbered from ``first``, until ``ready`` wait for a worker; return how many."""
    from django.db import transaction

    from events.queries import queue_sizes
    from events.services import record
    from tests.events.killapp.handlers import Step

    missing = max(0, ready - queue_sizes()["ready"])
    with transaction.atomic():
        for number in range(first, first + missing):
            record(Step(number))
    return missing


def start_workers(number: int) -> list[subprocess.Popen[str]]:
    """Start worker processes and wait until each is at work."""
    command = [
        sys.executable,
        "manage.py",
        "worker",
        f"--batch={BATCH}",
        f"--lease={LEASE_SECONDS}",
    ]
    started = [
        subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _number in range(number)
    ]
    for process in started:
        wait_until_at_work(process)
    return started


def wait_until_at_work(process: subprocess.Popen[str]) -> None:
    """Read the process's log up to the line with which a worker begins."""
    read = []
    for line in process.stderr or ():
        read.append(line)
        if "worker_started" in line:
            return
    raise RuntimeError("The worker did not start:\n" + "".join(read))


def wait_until_marks_are_left(beyond: int) -> None:
    """Let the workers come to work first, so that a slow machine kills them there as well as a quick one."""
    from tests.events.killapp.models import Mark

    deadline = time.monotonic() + FINISH_SECONDS
    while Mark.objects.count() <= beyond and time.monotonic() < deadline:
        time.sleep(0.005)


def kill_at_random(processes: list[subprocess.Popen[str]], chance: random.Random) -> None:
    """Send SIGKILL to each process at a random moment of its work."""
    for process in processes:
        time.sleep(chance.uniform(0.0, LONGEST_LIFE_SECONDS))
        process.kill()
        process.communicate()


def finish() -> int:
    """Let one worker handle what is left, stop it kindly, and return its exit status."""
    from events.queries import queue_sizes

    (worker,) = start_workers(1)
    deadline = time.monotonic() + FINISH_SECONDS
    while (sizes := queue_sizes())["ready"] + sizes["later"] and time.monotonic() < deadline:
        time.sleep(0.05)
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=30)
    return worker.returncode


def count(events: int) -> dict[str, int]:
    """Count what was lost, doubled and parked, and how often a lease was taken over."""
    from django.db.models import Count, Sum

    from events.models import EventRecord
    from tests.events.killapp.handlers import HANDLERS
    from tests.events.killapp.models import Mark

    marks = Mark.objects.values("number", "handler").annotate(times=Count("pk"))
    times = {(mark["number"], mark["handler"]): mark["times"] for mark in marks}
    expected = {(number, handler) for number in range(events) for handler in HANDLERS}
    return {
        "lost": len(expected - times.keys()),
        "doubled": sum(1 for number in times.values() if number > 1),
        "parked": EventRecord.objects.filter(state="parked").count(),
        "taken_over": EventRecord.objects.aggregate(total=Sum("attempts"))["total"] or 0,
    }


if __name__ == "__main__":
    sys.exit(main())
