"""How fast events are recorded and handled, and how soon a commit wakes a worker.

    python -m bench.events
    DATABASE_URL=postgres://… python -m bench.events --workers 2

Works on a throw-away database like ``bench.worker_kill``; each event has two handlers, the second of which
records another event with one handler. Prints one JSON object.
"""

import argparse
import json
import os
import statistics
import sys
import threading
import time

import django

from bench.worker_kill import SETTINGS, throw_away_database


def main() -> int:
    """Measure with the options of the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=1, help="threads that handle")
    parser.add_argument("--wakes", type=int, default=100)
    options = parser.parse_args()
    with throw_away_database() as url:
        os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": SETTINGS, "MODE": "development"}
        django.setup()
        from django.core.management import call_command
        from django.db import connection, connections

        call_command("migrate", run_syncdb=True, verbosity=0)
        result = {
            "database": connection.vendor,
            "recorded_per_second": record_many(options.events),
            "handlers_per_second": handle_all(options.events, options.workers),
            "wake_milliseconds": wake_times(options.wakes),
        }
        connections.close_all()
    print(json.dumps(result))
    return 0


def record_many(events: int) -> int:
    """Record each event in a transaction of its own; return how many per second."""
    from django.db import transaction

    from events.services import record
    from tests.events.killapp.handlers import Step

    began = time.perf_counter()
    for number in range(events):
        with transaction.atomic():
            record(Step(number))
    return round(events / (time.perf_counter() - began))


def handle_all(events: int, workers: int) -> int:
    """Drain the queue with ``workers`` threads; return handler runs (three for each event) per second."""
    from django.db import connections

    from events.worker import Worker

    def drain() -> None:
        Worker().run_due()
        connections.close_all()

    began = time.perf_counter()
    threads = [threading.Thread(target=drain) for _worker in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return round(3 * events / (time.perf_counter() - began))


def wake_times(wakes: int) -> dict[str, float]:
    """Record events one by one beside an idle worker; return the milliseconds until each runs."""
    from django.db import transaction

    from events.embedded import start_embedded_worker
    from events.registry import on
    from events.services import record
    from tests.events.killapp.handlers import Step

    handled = threading.Event()
    on(Step, name="bench.see")(lambda _event, _record: handled.set())
    worker = start_embedded_worker()
    waits = []
    for number in range(wakes):
        handled.clear()
        with transaction.atomic():
            record(Step(number))
        began = time.perf_counter()
        handled.wait(5)
        waits.append((time.perf_counter() - began) * 1000)
        time.sleep(0.02)  # the worker is idle again
    worker.stop()
    waits.sort()
    return {
        "median": round(statistics.median(waits), 1),
        "p99": round(waits[int(len(waits) * 0.99)], 1),
        "longest": round(waits[-1], 1),
    }


if __name__ == "__main__":
    sys.exit(main())
