"""Consent has a text and a date; taking it back ends matching at once, giving it again undoes that."""

import pytest

from common.errors import Forbidden, InvalidTransition
from events.worker import Worker
from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from help_requests.services import file_request
from matching import services
from matching.candidates import best_candidates, near_me
from matching.enums import AssignmentState, OfferState
from matching.errors import NotEligible
from matching.models import Assignment, Offer
from people.errors import ConsentTakenBack
from people.models import Consent, Volunteer
from people.services import give_consent, register_resident, register_volunteer, withdraw_consent
from tests.factories.matching import Town, open_request
from tests.factories.people import CoordinatorFactory, PostcodeFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(clock):
    return Town(volunteers=2)


def history(**whose):
    rows = Consent.objects.filter(**whose)
    return [(row.version, row.given_by_id, row.withdrawn_at is not None) for row in rows]


def test_joining_and_registering_keep_text_date_and_who(clock, town):
    PostcodeFactory(district=town.centre.districts.first())
    user = UserFactory()
    volunteer = register_volunteer(
        user, phone="0612345678", postcode="3431AB", skills=1, dayparts=1, adult=True, consented=True, by=user
    )
    assert history(volunteer=volunteer) == [(volunteer.consent_version, user.pk, False)]
    resident = register_resident(
        name="Ans", phone="0301234567", consented=True, centre=town.centre, by=town.coordinator
    )
    row = Consent.objects.get(resident=resident)
    assert (row.purpose, row.given_at, row.given_by) == ("asking", clock.now(), town.coordinator)


def test_taking_back_and_giving_again_is_history(town, clock):
    volunteer = town.volunteers[0]
    withdraw_consent(volunteer, by=volunteer.user)
    with pytest.raises(InvalidTransition):
        withdraw_consent(volunteer, by=volunteer.user)
    clock.forward(days=1)
    give_consent(volunteer, by=town.coordinator)
    with pytest.raises(InvalidTransition):
        give_consent(volunteer, by=volunteer.user)
    clock.forward(days=1)
    withdraw_consent(volunteer, by=town.coordinator)
    (row,) = Consent.objects.filter(volunteer=volunteer)
    assert (row.given_by, row.withdrawn_by) == (town.coordinator, town.coordinator)
    assert row.withdrawn_at - row.given_at == clock.now() - row.given_at
    give_consent(volunteer, by=volunteer.user)
    assert [ended for _version, _by, ended in history(volunteer=volunteer)] == [True, False]


def test_only_the_person_who_acts_for_them_and_their_centre_may(town):
    resident, volunteer = town.request.resident, town.volunteers[0]
    for stranger in (town.volunteers[1].user, CoordinatorFactory()):
        for person in (resident, volunteer):
            with pytest.raises(Forbidden):
                withdraw_consent(person, by=stranger)
    withdraw_consent(resident, by=town.coordinator)


def test_a_volunteer_without_consent_is_not_matched_from_that_moment(town):
    first, second = town.volunteers
    offer = services.ask_volunteer(town.request, first, by=town.coordinator)
    assert {each.volunteer_id for each in best_candidates(open_request(town.centre), 9)} == {
        first.pk,
        second.pk,
    }
    withdraw_consent(first, by=first.user)
    # Before any worker has run.
    assert {each.volunteer_id for each in best_candidates(open_request(town.centre), 9)} == {second.pk}
    assert near_me(Volunteer.objects.get(pk=first.pk), 9) == []
    with pytest.raises(NotEligible):
        services.accept_offer(offer, by=first.user)
    Worker().run_due()
    assert Offer.objects.get(pk=offer.pk).state == OfferState.CANCELLED
    give_consent(first, by=first.user)
    assert first.pk in {each.volunteer_id for each in best_candidates(open_request(town.centre), 9)}


def test_a_volunteers_agreement_ends_and_the_request_looks_on(town):
    volunteer = town.volunteers[0]
    offer = services.ask_volunteer(town.request, volunteer, by=town.coordinator)
    assignment = services.accept_offer(offer, by=volunteer.user)
    withdraw_consent(volunteer, by=volunteer.user)
    Worker().run_due()
    assignment.refresh_from_db()
    assert assignment.state == AssignmentState.CANCELLED
    town.request.refresh_from_db()
    assert town.request.state in (RequestState.REMATCHING, RequestState.WAITLISTED)


def test_nobody_is_asked_for_a_resident_without_consent_from_that_moment(town):
    volunteer, request = town.volunteers[0], town.request
    offer = services.ask_volunteer(request, volunteer, by=town.coordinator)
    assert best_candidates(request, 9)
    withdraw_consent(request.resident, by=request.resident.user)
    fresh = HelpRequest.objects.get(pk=request.pk)
    assert best_candidates(fresh, 9) == []
    assert near_me(town.volunteers[1], 9) == []
    with pytest.raises(NotEligible):
        services.accept_offer(offer, by=volunteer.user)
    with pytest.raises(ConsentTakenBack):
        file_request(request.resident, by=request.resident.user, category="groceries", description="Eén tas.")
    Worker().run_due()
    fresh.refresh_from_db()
    assert fresh.state == RequestState.WITHDRAWN
    assert Offer.objects.get(pk=offer.pk).state == OfferState.CANCELLED


def test_what_has_begun_for_a_resident_ends(town):
    volunteer = town.volunteers[0]
    offer = services.ask_volunteer(town.request, volunteer, by=town.coordinator)
    assignment = services.accept_offer(offer, by=volunteer.user)
    HelpRequest.objects.filter(pk=town.request.pk).update(kind="buddy", category="company", state="running")
    Assignment.objects.filter(pk=assignment.pk).update(state="active")
    withdraw_consent(town.request.resident, by=town.coordinator)
    Worker().run_due()
    assignment.refresh_from_db()
    town.request.refresh_from_db()
    assert (assignment.state, town.request.state) == (AssignmentState.ENDED, RequestState.ENDED)


def test_after_agreeing_again_one_can_ask_again(town):
    resident = town.request.resident
    withdraw_consent(resident, by=resident.user)
    Worker().run_due()
    give_consent(resident, by=resident.user)
    details = {"category": "groceries", "description": "Eén tas.", "dayparts": 1}
    assert file_request(resident, by=resident.user, **details).state == RequestState.SUBMITTED
