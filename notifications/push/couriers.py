"""Who brings messages to push services: each service has couriers of its own, so that none waits for another.

A service is one entry of ``PUSH_HOSTS``. At most ``AT_ONCE`` calls to it run together in a process. What
waits longer than ``WAITS_SECONDS``, or finds ``MOST_WAITING`` before it, is dropped: its next attempt is
planned already. A service that fails ``TOO_MANY`` times on end is left alone for ``PAUSE_SECONDS``.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)
AT_ONCE = 4
MOST_WAITING = 500
WAITS_SECONDS = 30.0
"""Less than the pause before the next attempt, so that nothing is told twice because of a queue."""
TOO_MANY = 5
PAUSE_SECONDS = 30.0


def service_of(host: str) -> str | None:
    """The entry of ``PUSH_HOSTS`` that a host belongs to; a dot in front stands for all names below it."""
    hosts = settings.PUSH_HOSTS
    return next((each for each in hosts if host == each or (each[:1] == "." and host.endswith(each))), None)


class Couriers:
    """The couriers of one push service in this process. Safe to use from several threads."""

    def __init__(self, service: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._service, self._clock = service, clock
        self._pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix=f"push {service}")
        self._lock = threading.Lock()
        self._waiting = self._failures = 0
        self._closed_until = 0.0

    def send(self, call: Callable[[], None]) -> bool:
        """Let a courier make ``call``; return ``False`` when it was dropped here."""
        with self._lock:
            if self._clock() < self._closed_until or self._waiting >= MOST_WAITING:
                return False
            self._waiting += 1
        self._pool.submit(self._go, call, self._clock())
        return True

    def note(self, *, trouble: bool) -> None:
        """Keep whether the service was in trouble at a call; after ``TOO_MANY`` on end it has rest."""
        with self._lock:
            self._failures = self._failures + 1 if trouble else 0
            if self._failures < TOO_MANY:
                return
            self._failures, self._closed_until = 0, self._clock() + PAUSE_SECONDS
        log.warning("push_service_rests", service=self._service)

    def _go(self, call: Callable[[], None], handed_at: float) -> None:
        with self._lock:
            self._waiting -= 1
            now = self._clock()
            if now < self._closed_until or now - handed_at > WAITS_SECONDS:
                return
        call()


@cache
def couriers_of(service: str) -> Couriers:
    """The couriers of a service; as many services as ``PUSH_HOSTS`` has entries."""
    return Couriers(service)
