"""A resident changes a request while volunteers are being asked: nobody says yes to what is no longer so."""

import pytest

from help_requests.enums import RequestState
from help_requests.services import edit_request, open_request
from matching import services
from matching.enums import DispatchState, OfferState
from matching.errors import NotAskable, SomeoneSaidYes
from matching.models import Dispatch, Offer
from notifications.models import Notice
from people.enums import ALL_DAYPARTS
from tests.factories.matching import Town

pytestmark = pytest.mark.django_db
OTHER = "Het zijn nu vier tassen, en het moet op de fiets."


@pytest.fixture
def asked(clock) -> Town:
    town = Town(volunteers=4, dayparts=ALL_DAYPARTS)
    services.start_dispatch(town.request, by=town.coordinator)
    town.settle()
    assert Offer.objects.filter(state=OfferState.SENT).count() == 3
    return town


def test_who_was_asked_hears_it_and_a_yes_comes_too_late(asked):
    offer = Offer.objects.filter(state=OfferState.SENT).first()
    edit_request(asked.request, by=asked.resident_user, description=OTHER)
    with pytest.raises(NotAskable):
        services.accept_offer(offer, by=offer.volunteer.user)
    asked.settle()
    assert asked.request.state == RequestState.INTAKE
    assert {each.state for each in Offer.objects.all()} == {OfferState.CANCELLED}
    assert Dispatch.objects.get().state == DispatchState.STOPPED
    told = Notice.objects.filter(kind="offer_cancelled").values_list("user", flat=True)
    assert set(told) == {each.volunteer.user_id for each in Offer.objects.select_related("volunteer")}


def test_after_approval_the_same_people_can_be_asked_anew(asked):
    edit_request(asked.request, by=asked.resident_user, description=OTHER)
    asked.settle()
    open_request(asked.request, by=asked.coordinator, summary="Vier tassen boodschappen, op de fiets.")
    services.start_dispatch(asked.request, by=asked.coordinator)
    asked.settle()
    assert asked.request.state == RequestState.OFFERED
    assert Offer.objects.filter(state=OfferState.SENT).count() == 3


def test_a_change_that_changes_nothing_disturbs_nobody(asked):
    same = asked.request.description
    edit_request(asked.request, by=asked.resident_user, description=same)
    asked.settle()
    assert asked.request.state == RequestState.OFFERED
    assert Offer.objects.filter(state=OfferState.SENT).count() == 3


def test_once_one_of_two_has_said_yes_nothing_is_changed(clock):
    town = Town(volunteers=3, helpers_needed=2, dayparts=ALL_DAYPARTS)
    services.start_dispatch(town.request, by=town.coordinator)
    town.settle()
    offer = Offer.objects.filter(state=OfferState.SENT).first()
    services.accept_offer(offer, by=offer.volunteer.user)
    town.settle()
    with pytest.raises(SomeoneSaidYes):
        edit_request(town.request, by=town.resident_user, description=OTHER)
    town.settle()
    assert OTHER not in town.request.description
    assert Offer.objects.filter(state=OfferState.SENT).exists()
