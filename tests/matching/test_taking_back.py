"""A coordinator takes back what was done a moment ago: a question, the asking, an approval."""

import json

import pytest
from django.urls import reverse

from common.errors import Forbidden, InvalidTransition, NotFound
from help_requests import services as help_requests
from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from matching import services
from matching.enums import DispatchState, OfferState
from matching.errors import OfferGone, SomeoneSaidYes
from matching.models import Dispatch, Offer
from tests.factories.matching import Town
from tests.factories.people import CoordinatorFactory
from tests.matching.webtools import HTMX, browser

pytestmark = pytest.mark.django_db


def state(town: Town) -> str:
    return HelpRequest.objects.get(pk=town.request.pk).state


def undo_of(response) -> str:
    return json.loads(response.headers["HX-Trigger"])["sk-toast"]["undo"]


class TestQuestion:
    def test_the_toast_after_asking_takes_the_question_back(self, clock):
        town = Town(volunteers=2)
        page = browser(town.coordinator)
        asked = page.post(reverse("desk-ask", args=[town.request.pk, town.volunteers[0].pk]), headers=HTMX)
        assert state(town) == RequestState.OFFERED
        assert page.post(undo_of(asked)).status_code == 302
        assert Offer.objects.get().state == OfferState.CANCELLED
        assert state(town) == RequestState.OPEN

    def test_asking_that_runs_goes_on_with_the_next(self, clock):
        town = Town(volunteers=5)
        services.start_dispatch(town.request, by=town.coordinator)
        first = Offer.objects.filter(state=OfferState.SENT).first()
        services.take_back_question(first, by=town.coordinator)
        services.take_back_question(first, by=town.coordinator)
        assert Offer.objects.filter(state=OfferState.SENT).count() == 3
        assert not Offer.objects.filter(state=OfferState.SENT, volunteer=first.volunteer).exists()

    def test_who_has_answered_is_not_taken_back(self, clock):
        town = Town(volunteers=1)
        offer = services.ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
        services.accept_offer(offer, by=offer.volunteer.user)
        with pytest.raises(OfferGone):
            services.take_back_question(offer, by=town.coordinator)
        assert Offer.objects.get().state == OfferState.ACCEPTED
        told = browser(town.coordinator).post(
            reverse("desk-take-back", args=[town.request.pk, offer.pk]), headers=HTMX
        )
        assert "no longer open" in told.headers["HX-Trigger"]

    def test_another_centre_finds_nothing(self, clock):
        town = Town(volunteers=1)
        offer = services.ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
        with pytest.raises(NotFound):
            services.take_back_question(offer, by=CoordinatorFactory())
        address = reverse("desk-take-back", args=[town.request.pk, offer.pk])
        assert browser(CoordinatorFactory()).post(address).status_code == 404
        assert Offer.objects.get().state == OfferState.SENT


class TestAsking:
    def test_the_toast_after_starting_stops_it(self, clock):
        town = Town(volunteers=5)
        page = browser(town.coordinator)
        started = page.post(reverse("desk-dispatch", args=[town.request.pk, "start"]), headers=HTMX)
        page.post(undo_of(started))
        assert Dispatch.objects.get().state == DispatchState.STOPPED
        assert not Offer.objects.filter(state=OfferState.SENT).exists()


class TestApproval:
    @pytest.mark.parametrize("asking", [False, True])
    def test_it_goes_back_to_the_desk_and_nobody_is_asked_any_more(self, clock, asking):
        town = Town(volunteers=3)
        if asking:
            services.start_dispatch(town.request, by=town.coordinator)
        page = browser(town.coordinator)
        assert page.post(reverse("desk-take-back-approval", args=[town.request.pk])).status_code == 302
        town.settle()
        assert state(town) == RequestState.INTAKE
        assert not Offer.objects.filter(state=OfferState.SENT).exists()
        services.take_back_approval(town.request, by=town.coordinator)  # a second press is no error
        request = HelpRequest.objects.get()
        help_requests.open_request(request, by=town.coordinator, summary="Boodschappen doen.", dayparts=1)
        assert state(town) == RequestState.OPEN

    def test_the_toast_after_approving_leads_there(self, clock):
        town = Town(volunteers=0)
        services.take_back_approval(town.request, by=town.coordinator)
        approved = browser(town.coordinator).post(
            reverse("desk-open", args=[town.request.pk]),
            {"summary": "Boodschappen doen.", "category": "groceries", "kind": "task", "dayparts": ["0"],
             "helpers_needed": "1", "duration_minutes": "60"},
            headers=HTMX,
        )  # fmt: skip
        assert undo_of(approved) == reverse("desk-take-back-approval", args=[town.request.pk])

    def test_not_once_somebody_said_yes(self, clock):
        town = Town(volunteers=1)
        offer = services.ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
        services.accept_offer(offer, by=offer.volunteer.user)
        with pytest.raises(SomeoneSaidYes):
            services.take_back_approval(town.request, by=town.coordinator)
        assert state(town) == RequestState.MATCHED

    def test_not_of_what_never_was_approved_nor_by_others(self, clock):
        town = Town(volunteers=0)
        HelpRequest.objects.update(state=RequestState.WITHDRAWN)
        with pytest.raises(InvalidTransition):
            services.take_back_approval(town.request, by=town.coordinator)
        for other in (CoordinatorFactory(), town.resident_user):
            with pytest.raises((NotFound, Forbidden)):
                services.take_back_approval(town.request, by=other)


def test_programs_take_back_too(clock):
    town = Town(volunteers=1)
    offer = services.ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
    page, base = browser(town.coordinator), f"/api/v1/dispatches/{town.request.pk}"
    asked = {"offerId": str(offer.pk)}
    taken = page.post(f"{base}/take-back-question", asked, content_type="application/json")
    assert (taken.status_code, taken.json()["state"]) == (200, "cancelled")
    assert page.post(f"{base}/take-back-approval").status_code == 204
    assert state(town) == RequestState.INTAKE
