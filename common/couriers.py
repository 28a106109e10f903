"""Who makes the calls to outside: in lanes, so that whoever takes their time keeps no other waiting.

A lane is one receiver: a push service, a webhook. At most ``in_a_lane`` calls run together in one, and lanes
take turns. What waits longer than ``WAITS_SECONDS``, or finds ``MOST_WAITING`` before it, is dropped: who
hands over has planned the next attempt already. A lane that fails ``TOO_MANY`` times on end has rest for
``PAUSE_SECONDS``.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)
MOST_WAITING = 500
WAITS_SECONDS = 30.0
"""Less than the pause before any next attempt, so that nothing is told twice because of a queue."""
TOO_MANY = 5
PAUSE_SECONDS = 30.0

Call = Callable[[], None]


@dataclass
class _Lane:
    waiting: deque[tuple[Call, float]] = field(default_factory=deque)
    busy: int = 0
    failures: int = 0
    closed_until: float = 0.0


class Couriers:
    """The couriers of one kind in this process: so many threads, made as they are needed. Thread-safe."""

    def __init__(
        self, kind: str, *, couriers: int, in_a_lane: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._kind, self._in_a_lane, self._clock = kind, in_a_lane, clock
        self._pool = ThreadPoolExecutor(max_workers=couriers, thread_name_prefix=kind)
        self._lock = threading.Lock()
        # In the order of their turns.
        self._lanes: dict[str, _Lane] = {}

    def send(self, lane: str, call: Call) -> bool:
        """Let a courier make ``call``; return ``False`` when it was dropped here."""
        with self._lock:
            found, now = self._lanes.setdefault(lane, _Lane()), self._clock()
            if now < found.closed_until or len(found.waiting) >= MOST_WAITING:
                return False
            found.waiting.append((call, now))
        self._pool.submit(self._go)
        return True

    def note(self, lane: str, *, trouble: bool) -> None:
        """Keep whether the receiver was in trouble at a call; after ``TOO_MANY`` on end it has rest."""
        with self._lock:
            found = self._lanes.setdefault(lane, _Lane())
            found.failures = found.failures + 1 if trouble else 0
            if found.failures < TOO_MANY:
                return
            found.failures, found.closed_until = 0, self._clock() + PAUSE_SECONDS
        log.warning("couriers_rest", kind=self._kind, lane=lane)

    def _go(self) -> None:
        """Make the call whose turn it is, if any, and let a courier look again after it."""
        with self._lock:
            turn = self._next()
        if turn is None:
            return
        lane, call = turn
        try:
            call()
        finally:
            with self._lock:
                lane.busy -= 1
            self._pool.submit(self._go)

    def _next(self) -> tuple[_Lane, Call] | None:
        """Take the first call of the first lane that has one and room; that lane is then the last in turn."""
        now = self._clock()
        for name, lane in list(self._lanes.items()):
            while lane.waiting and (now < lane.closed_until or now - lane.waiting[0][1] > WAITS_SECONDS):
                lane.waiting.popleft()
            if lane.waiting and lane.busy < self._in_a_lane:
                call, _handed_at = lane.waiting.popleft()
                lane.busy += 1
                self._lanes[name] = self._lanes.pop(name)
                return lane, call
            if not (lane.waiting or lane.busy or lane.failures) and now >= lane.closed_until:
                del self._lanes[name]
        return None
