"""A volunteer with room for one agreement says yes to two requests at the same moment."""

import pytest

from help_requests.enums import RequestState
from matching import services
from matching.models import Assignment, Offer
from people.models import Volunteer
from tests.concurrency.racing import race
from tests.factories.matching import Town, open_request

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_cap_of_one_holds_under_two_answers_at_once():
    for _ in range(8):
        town = Town(volunteers=1, state=RequestState.OFFERED)
        volunteer = town.volunteers[0]
        Volunteer.objects.filter(pk=volunteer.pk).update(running_cap=1)
        second = open_request(town.centre, state=RequestState.OFFERED)
        offers = [Offer.objects.create(request=each, volunteer=volunteer) for each in (town.request, second)]
        outcomes = race(offers, lambda offer: services.accept_offer(offer, by=offer.volunteer.user))
        assert outcomes == {"won": 1, "NotEligible": 1}
        assert Assignment.objects.filter(volunteer=volunteer).count() == 1
