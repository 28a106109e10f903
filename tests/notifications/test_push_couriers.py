"""A push service that takes its time keeps no other waiting, and what waits for it stays bounded."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from notifications.push import couriers as module
from notifications.push.couriers import AT_ONCE, PAUSE_SECONDS, TOO_MANY, WAITS_SECONDS, Couriers, service_of

IN_TIME = 5.0
"""Seconds in which a courier that is free has long come back."""


@dataclass
class Slow:
    """A push service that answers when it is told to, and not before."""

    answer: threading.Event = field(default_factory=threading.Event)
    begun: "threading.Semaphore" = field(default_factory=lambda: threading.Semaphore(0))
    made: list[int] = field(default_factory=list)

    def call(self, number: int) -> None:
        self.begun.release()
        self.answer.wait(IN_TIME * 2)
        self.made.append(number)

    def busy(self, couriers: Couriers, calls: int) -> None:
        """Hand over so many, and wait until all its couriers are at it."""
        for number in range(calls):
            assert couriers.send(lambda number=number: self.call(number))
        for _ in range(AT_ONCE):
            assert self.begun.acquire(timeout=IN_TIME)


def wait_for(true: Callable[[], bool]) -> bool:
    """Whether it becomes true in time."""
    end = time.monotonic() + IN_TIME
    while not (reached := true()) and time.monotonic() < end:
        threading.Event().wait(0.005)
    return reached


@pytest.fixture
def slow() -> Iterator[Slow]:
    made = Slow()
    yield made
    made.answer.set()


@pytest.mark.once
def test_a_slow_service_keeps_no_other_waiting(slow):
    first, other = Couriers("slow"), Couriers("quick")
    slow.busy(first, AT_ONCE * 5)
    done = threading.Event()
    other.send(done.set)
    assert done.wait(IN_TIME), "another service has couriers of its own"
    behind = threading.Event()
    first.send(behind.set)
    assert not behind.wait(0.1), "negative control: at the same service it does wait"
    slow.answer.set()
    assert behind.wait(IN_TIME)


@pytest.mark.once
def test_what_waits_is_bounded_in_number_and_in_time(slow, monkeypatch):
    moments = [0.0]
    couriers = Couriers("slow", clock=lambda: moments[0])
    slow.busy(couriers, AT_ONCE)
    monkeypatch.setattr(module, "MOST_WAITING", 3)  # not before: one may wait for its thread
    late, last = [], threading.Event()
    for number in range(3):
        assert couriers.send(lambda number=number: late.append(number))
    assert not couriers.send(last.set), "too many before it"
    moments[0] = WAITS_SECONDS + 0.1
    slow.answer.set()
    assert wait_for(lambda: couriers.send(last.set))
    assert last.wait(IN_TIME)
    assert late == [], "their next attempt tells"


@pytest.mark.once
def test_a_service_in_trouble_has_rest_and_is_tried_again():
    moments = [0.0]
    couriers = Couriers("trouble", clock=lambda: moments[0])
    for _ in range(TOO_MANY - 1):
        couriers.note(trouble=True)
    couriers.note(trouble=False)  # not on end
    for _ in range(TOO_MANY - 1):
        couriers.note(trouble=True)
    done = threading.Event()
    assert couriers.send(done.set)
    assert done.wait(IN_TIME)
    couriers.note(trouble=True)
    assert not couriers.send(done.set)
    moments[0] = PAUSE_SECONDS
    again = threading.Event()
    assert couriers.send(again.set)
    assert again.wait(IN_TIME)


@pytest.mark.once
def test_all_names_of_one_service_share_its_couriers(settings):
    settings.PUSH_HOSTS = ["fcm.example", ".push.example"]
    assert service_of("a.push.example") == service_of("b.push.example") == ".push.example"
    assert (service_of("fcm.example"), service_of("x.fcm.example")) == ("fcm.example", None)
