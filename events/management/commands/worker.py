"""Run an event worker. Any number may run side by side on PostgreSQL."""

import signal
import threading
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from events.worker import Worker

FAREWELLS = {signal.SIGTERM, signal.SIGINT}
CHECK_SECONDS = 1.0


class Command(BaseCommand):
    """``manage.py worker``: works until SIGTERM or SIGINT, finishes the running handler, and ends."""

    help = "Handle events: deliver what happened, run timers and schedules. Stops on SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Size of a claim and how long it holds."""
        parser.add_argument("--batch", type=int, default=20, help="events claimed at a time (20)")
        parser.add_argument("--lease", type=float, default=30.0, help="seconds a claim holds (30)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the worker in a thread of its own and wait here for a signal.

        Signals are waited for, not handled: a handler could interrupt the worker at any instruction.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, FAREWELLS)
        worker = Worker(batch=options["batch"], lease=timedelta(seconds=options["lease"]))
        stop = threading.Event()
        thread = threading.Thread(target=worker.run_forever, args=(stop,), name="events-worker")
        thread.start()
        while thread.is_alive() and signal.sigtimedwait(FAREWELLS, CHECK_SECONDS) is None:
            pass
        stop.set()
        thread.join()
