"""A resident changes a request while volunteers are being asked: nobody says yes to what is no longer so."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from common.bits import bits_of
from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from help_requests.services import edit_request, open_request
from matching import services
from matching.enums import CancelledBy, CancelReason, DispatchState, OfferState
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


def sent_from_the_page(town: Town, client: Client, **changed: object) -> HttpResponse:
    """The form as the resident has it before them, with what they change."""
    client.force_login(town.resident_user)
    address = reverse("edit-my-request", args=[town.request.pk])
    known = {each.html_name: each.value() for each in client.get(address).context["form"]}
    known["dayparts"] = bits_of(known["dayparts"])
    return client.post(
        address, {name: value for name, value in (known | changed).items() if value is not None}
    )


def test_from_the_page_only_what_is_different_counts(asked, client):
    """Saved as it was it disturbs nobody; another moment leaves the words that volunteers read."""
    HelpRequest.objects.filter(pk=asked.request.pk).update(summary="Vier tassen halen.")
    assert sent_from_the_page(asked, client).status_code == 302
    asked.settle()
    assert asked.request.state == RequestState.OFFERED
    assert sent_from_the_page(asked, client, dayparts=["0"]).status_code == 302
    asked.settle()
    assert (asked.request.state, asked.request.summary) == (RequestState.INTAKE, "Vier tassen halen.")


def test_who_was_helped_by_somebody_before_keeps_what_they_typed(asked, client):
    offer = Offer.objects.filter(state=OfferState.SENT).first()
    agreement = services.accept_offer(offer, by=offer.volunteer.user)
    services.cancel_assignment(
        agreement, side=CancelledBy.VOLUNTEER, reason=CancelReason.NO_TIME, by=offer.volunteer.user
    )
    HelpRequest.objects.filter(pk=asked.request.pk).update(state=RequestState.OPEN)
    answer = sent_from_the_page(asked, client, description=OTHER)
    page = answer.content.decode()
    assert (answer.status_code, OTHER in page, "passen we het samen aan" in page) == (422, True, True)
    assert OTHER not in asked.request.description
