"""What the worker does for many requests locks one of them at a time: a yes meanwhile is never refused."""

import threading
from unittest import mock

import pytest
from django.db import connection, transaction

from events.models import EventRecord
from events.services import handling, record
from events.worker import Worker
from help_requests import services as help_requests
from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from matching import services
from matching.enums import DispatchState, OfferState
from matching.events import PassedDaysDue, SearchRoundDue
from matching.models import Assignment, Dispatch, Offer
from matching.services import dispatch, offers
from people.models import Volunteer
from people.services import leave
from tests.concurrency.racing import race
from tests.factories.matching import Town, open_request

pytestmark = pytest.mark.django_db(transaction=True)


def waiting_town() -> Town:
    """Two requests that nobody was found for, and one volunteer who came since."""
    town = Town(volunteers=1, state=RequestState.WAITLISTED)
    open_request(town.centre, state=RequestState.WAITLISTED)
    Volunteer.objects.update(running_cap=9, monthly_ask_cap=9)
    for request in HelpRequest.objects.all():
        Dispatch.objects.create(request=request, state=DispatchState.EXHAUSTED)
    return town


def happens(event: object) -> None:
    with transaction.atomic():
        record(event)


def search_round() -> None:
    waiting_town()
    happens(SearchRoundDue())


def passed_days(clock) -> None:
    town = Town(volunteers=1, on_date=clock.now().date())
    open_request(town.centre, on_date=clock.now().date())
    clock.forward(days=1)
    happens(PassedDaysDue())


def leaving() -> None:
    town = Town(volunteers=2)
    agreed, other = open_request(town.centre), open_request(town.centre)
    for request in (town.request, agreed, other):
        services.ask_volunteer(request, town.volunteers[0], by=town.coordinator)
    services.accept_offer(Offer.objects.get(request=agreed), by=town.volunteers[0].user)
    Worker().run_due()
    leave(town.volunteers[0], by=town.volunteers[0].user)


@pytest.mark.parametrize("what", ["search round", "passed days", "leaving"])
def test_no_handler_locks_two_requests(clock, what):
    {"search round": search_round, "passed days": lambda: passed_days(clock), "leaving": leaving}[what]()
    locked: dict[int, set[object]] = {}
    lock = help_requests.lock_request

    def noting(request_id):
        locked.setdefault(handling.get(), set()).add(request_id)
        return lock(request_id)

    with mock.patch.object(help_requests, "lock_request", noting):
        Worker().run_due()
    assert len(set.union(*locked.values())) >= 2
    assert max(map(len, locked.values())) == 1
    assert not Offer.objects.filter(state=OfferState.SENT, volunteer__state="left").exists()


def test_a_yes_during_the_search_round_gets_through(clock):
    """The worker holds the volunteer while the volunteer, who says yes, holds the request it wants next."""
    town = waiting_town()
    happens(SearchRoundDue())
    second = HelpRequest.objects.order_by("pk")[1]
    worker_holds, yes_holds = threading.Event(), threading.Event()
    lock = offers.lock_volunteers

    def in_round(volunteer_ids):
        lock(volunteer_ids)
        worker_holds.set()
        if connection.vendor == "postgresql":  # SQLite has one writer: nobody else gets this far
            assert yes_holds.wait(60)

    def in_yes(volunteer_ids):
        yes_holds.set()
        lock(volunteer_ids)

    def come_forward():
        assert worker_holds.wait(60)
        services.come_forward(second, town.volunteers[0], by=town.volunteers[0].user)

    with (
        mock.patch.object(dispatch, "lock_volunteers", in_round),
        mock.patch.object(offers, "lock_volunteers", in_yes),
    ):
        assert race([Worker().run_due, come_forward], lambda do: do()) == {"won": 2}
    assert Assignment.objects.get().request == second
    assert not EventRecord.objects.filter(attempts__gt=0).exists(), "a handler had to try again"
