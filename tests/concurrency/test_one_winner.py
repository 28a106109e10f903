"""Five hundred volunteers say yes to one request at the same moment: one wins (trust.md, threat 13)."""

import threading

import pytest
from django.db import connection

from common import clock
from common.ids import new_id
from events.worker import Worker
from help_requests import services as help_requests
from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from matching import services
from matching.enums import AssignmentState, OfferState
from matching.models import Assignment, Offer
from people.models import User, Volunteer
from places.cells import cell_of
from safeguarding.models import Screening
from tests.concurrency.racing import race
from tests.factories.matching import Town
from tests.factories.people import LAT, LON, POSTCODE

RACERS = 500

pytestmark = pytest.mark.django_db(transaction=True)


def asked_town(count: int, **request_fields: object) -> tuple[Town, list[Offer]]:
    """A town in which ``count`` screened volunteers hold an open question for the one request."""
    town = Town(volunteers=1, state=RequestState.OFFERED, **request_fields)
    model = town.volunteers[0]
    users = User.objects.bulk_create(User(email=f"{new_id()}@voorbeeld.nl") for _ in range(count))
    volunteers = Volunteer.objects.bulk_create(
        Volunteer(
            user=user,
            centre=town.centre,
            state=model.state,
            postcode=POSTCODE,
            lat=LAT,
            lon=LON,
            cell=cell_of(LAT, LON),
            skills=model.skills,
            dayparts=model.dayparts,
            languages=model.languages,
            consented_at=clock.now(),
        )
        for user in users
    )
    Screening.objects.bulk_create(
        Screening(volunteer=volunteer, requirement=screening.requirement, state=screening.state)
        for volunteer in volunteers
        for screening in model.screenings.all()
    )
    offers = Offer.objects.bulk_create(
        Offer(request=town.request, volunteer=volunteer) for volunteer in volunteers
    )
    return town, list(
        Offer.objects.filter(pk__in=[offer.pk for offer in offers]).select_related("volunteer__user")
    )


def test_one_of_five_hundred_wins():
    _town, offers = asked_town(RACERS)
    outcomes = race(offers, lambda offer: services.accept_offer(offer, by=offer.volunteer.user))
    assert outcomes == {"won": 1, "AlreadyTaken": RACERS - 1}
    winner = Assignment.objects.get()
    assert (winner.state, winner.slot) == (AssignmentState.AGREED, 1)
    states = Offer.objects.values_list("state", flat=True)
    assert sorted(set(states)) == [OfferState.ACCEPTED, OfferState.SUPERSEDED]
    assert list(states).count(OfferState.ACCEPTED) == 1
    assert HelpRequest.objects.get().state == RequestState.MATCHED


def test_three_places_have_three_winners():
    _town, offers = asked_town(60, helpers_needed=3)
    outcomes = race(offers, lambda offer: services.accept_offer(offer, by=offer.volunteer.user))
    assert outcomes == {"won": 3, "AlreadyTaken": 57}
    assert sorted(Assignment.objects.values_list("slot", flat=True)) == [1, 2, 3]


def test_the_race_is_real_without_the_guards():
    """Negative control: the same steps without lock, compare-and-swap and constraint have many winners."""
    _town, offers = asked_town(10)  # fewer than the connections in the pool: all hold one at once
    guard = next(each for each in Assignment._meta.constraints if each.name == "one_helper_per_slot")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Assignment, guard)
    everyone_has_looked = threading.Barrier(len(offers), timeout=60)

    def accept_naively(offer: Offer) -> None:
        taken = Assignment.objects.filter(request=offer.request_id).exists()
        everyone_has_looked.wait()
        if not taken:
            Assignment.objects.create(
                request_id=offer.request_id, volunteer_id=offer.volunteer_id, offer=offer
            )

    try:
        outcomes = race(offers, accept_naively)
        assert Assignment.objects.count() > 1, outcomes
    finally:
        Assignment.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Assignment, guard)


def test_accept_and_withdraw_at_once_leave_no_half_state():
    """Whoever is first, the other side hears it: never an agreement on a withdrawn request."""
    for _ in range(5):
        town, offers = asked_town(1)
        steps = [
            lambda offer=offers[0]: services.accept_offer(offer, by=offer.volunteer.user),
            lambda town=town: help_requests.withdraw(town.request, by=town.resident_user),
        ]
        race(steps, lambda step: step())
        Worker().run_due()
        town.request.refresh_from_db()
        running = Assignment.objects.filter(request=town.request, state__in=["agreed", "planned"]).count()
        assert (town.request.state, running) == (RequestState.WITHDRAWN, 0)
