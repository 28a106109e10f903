"""Who takes their time keeps no other waiting, and what waits for them stays bounded."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from common import couriers as module
from common.couriers import PAUSE_SECONDS, TOO_MANY, WAITS_SECONDS, Couriers
from notifications.push.couriers import AT_ONCE, push_couriers, service_of
from vacancies.services import webhooks

IN_TIME = 30.0
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

    def busy(self, couriers: Couriers, lane: str, *, calls: int, at_once: int) -> None:
        """Hand over so many, and wait until as many as may are at it."""
        for number in range(calls):
            assert couriers.send(lane, lambda number=number: self.call(number))
        for _ in range(at_once):
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
@pytest.mark.parametrize(
    ("couriers", "at_once"),
    [(push_couriers, AT_ONCE), (lambda: webhooks._couriers, 1)],
    ids=["push", "webhooks"],
)
def test_who_is_slow_keeps_no_other_waiting(slow, couriers, at_once):
    couriers = couriers()
    slow.busy(couriers, "slow", calls=at_once * 5, at_once=at_once)
    done = threading.Event()
    couriers.send("quick", done.set)
    assert done.wait(IN_TIME), "another one has couriers of its own"
    behind = threading.Event()
    couriers.send("slow", behind.set)
    assert not behind.wait(0.1), "negative control: at the same one it does wait"
    assert len(slow.made) == 0
    slow.answer.set()
    assert behind.wait(IN_TIME)


@pytest.mark.once
def test_lanes_take_turns_when_all_couriers_are_busy(slow):
    couriers, order, done = Couriers("few", couriers=1, in_a_lane=1), [], threading.Event()
    slow.busy(couriers, "first", calls=1, at_once=1)
    for lane in ("many", "many", "many", "one"):
        couriers.send(lane, lambda lane=lane: order.append(lane))
    couriers.send("last", done.set)
    slow.answer.set()
    assert done.wait(IN_TIME)
    assert order[:2] == ["many", "one"], "not all of who came first"
    assert wait_for(lambda: len(order) == 4)


@pytest.mark.once
def test_what_waits_is_bounded_in_number_and_in_time(slow, monkeypatch):
    moments = [0.0]
    couriers = Couriers("some", couriers=2, in_a_lane=1, clock=lambda: moments[0])
    slow.busy(couriers, "slow", calls=1, at_once=1)
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    late, last = [], threading.Event()
    for number in range(3):
        assert couriers.send("slow", lambda number=number: late.append(number))
    assert not couriers.send("slow", last.set), "too many before it"
    moments[0] = WAITS_SECONDS + 0.1
    slow.answer.set()
    assert wait_for(lambda: couriers.send("slow", last.set))
    assert last.wait(IN_TIME)
    assert late == [], "their next attempt tells"


@pytest.mark.once
def test_who_is_in_trouble_has_rest_and_is_tried_again():
    moments = [0.0]
    couriers = Couriers("some", couriers=2, in_a_lane=1, clock=lambda: moments[0])
    for _ in range(TOO_MANY - 1):
        couriers.note("trouble", trouble=True)
    couriers.note("trouble", trouble=False)  # not on end
    for _ in range(TOO_MANY - 1):
        couriers.note("trouble", trouble=True)
    done = threading.Event()
    assert couriers.send("trouble", done.set)
    assert done.wait(IN_TIME)
    couriers.note("trouble", trouble=True)
    assert not couriers.send("trouble", done.set)
    moments[0] = PAUSE_SECONDS
    again = threading.Event()
    assert couriers.send("trouble", again.set)
    assert again.wait(IN_TIME)


@pytest.mark.once
def test_a_call_that_breaks_frees_its_courier_and_no_lane_stays_behind():
    couriers, done = Couriers("some", couriers=1, in_a_lane=1), threading.Event()
    couriers.send("lane", lambda: 1 / 0)
    couriers.send("lane", done.set)
    assert done.wait(IN_TIME)
    assert wait_for(lambda: couriers._lanes == {})


@pytest.mark.once
def test_all_names_of_one_service_share_its_couriers(settings):
    settings.PUSH_HOSTS = ["fcm.example", ".push.example"]
    assert service_of("a.push.example") == service_of("b.push.example") == ".push.example"
    assert (service_of("fcm.example"), service_of("x.fcm.example")) == ("fcm.example", None)
