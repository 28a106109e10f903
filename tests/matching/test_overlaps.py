"""Nobody promises to be in two places: help beside shifts, actions and sessions, whichever comes first."""

from datetime import datetime, timedelta

import pytest
from django.utils import translation
from rest_framework.test import APIClient

from common.seating import Overlaps
from help_requests.enums import RequestKind
from help_requests.models import HelpRequest
from matching import services
from matching.enums import AssignmentState
from matching.errors import VolunteerBusy
from matching.models import Assignment, Offer
from people.models import Volunteer
from tests.factories.matching import Town, open_request
from tests.factories.shifts import ShiftTown, moment
from tests.matching.webtools import browser, url
from vacancies import services as vacancies
from vacancies.models import Shift

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _language_stays():
    """A browser that reads English leaves its language behind in this thread."""
    with translation.override("nl"):
        yield


@pytest.fixture
def shift(clock) -> Shift:
    """A shift in a week from 14:00 to 16:00, on which ``volunteer`` has a place."""
    return ShiftTown().shift(at="14:00", hours=2)


@pytest.fixture
def town(shift) -> Town:
    made = Town(volunteers=1)
    volunteer = made.volunteers[0]
    vacancies.sign_up(shift, volunteer, by=volunteer.user)
    return made


def asked(town: Town, shift: Shift, at: str, **fields: object) -> Offer:
    """The volunteer is asked for an hour of help on the day of the shift."""
    starts_at = moment(vacancies.day_of(shift), at)
    request = open_request(town.centre, on_date=starts_at.date(), start_time=starts_at.time(), **fields)
    return services.ask_volunteer(request, town.volunteers[0], by=town.coordinator)


@pytest.mark.parametrize(
    ("at", "free"), [("13:00", True), ("13:01", False), ("15:59", False), ("16:00", True)]
)
def test_saying_yes_to_help_beside_a_shift(town, shift, at, free):
    offer, user = asked(town, shift, at), town.volunteers[0].user
    if free:
        assert services.accept_offer(offer, by=user).state == AssignmentState.AGREED
        return
    with pytest.raises(Overlaps, match="Gastheer of gastvrouw"):
        services.accept_offer(offer, by=user)
    # The question stays open: when the shift is given up, the answer can still be yes.
    vacancies.give_up(shift.seats.get(), by=user)
    offer.refresh_from_db()
    assert services.accept_offer(offer, by=user).state == AssignmentState.AGREED


def test_help_without_a_moment_is_no_promise_until_it_is_planned(town, shift):
    volunteer = town.volunteers[0]
    offer = services.ask_volunteer(town.request, volunteer, by=town.coordinator)
    agreement = services.accept_offer(offer, by=volunteer.user)
    begins, ends = shift.starts_at, shift.ends_at
    for by, refusal in ((volunteer.user, Overlaps), (town.coordinator, VolunteerBusy)):
        with pytest.raises(refusal) as refused:
            services.plan(agreement, begins + timedelta(minutes=59), by=by)
        # Only the volunteer reads what it is that they do then.
        assert ("Gastheer" in str(refused.value.message)) == (by == volunteer.user)
    planned = services.plan(agreement, ends, by=volunteer.user)
    # Moved by half an hour it overlaps with itself alone, which is no overlap.
    assert services.plan(planned, ends + timedelta(minutes=30), by=volunteer.user).starts_at > ends
    # The other way round: what is planned now keeps the volunteer from another shift.
    late = Shift.objects.create(
        vacancy=shift.vacancy, starts_at=ends, ends_at=ends + timedelta(hours=1), capacity=1
    )
    with pytest.raises(Overlaps):
        vacancies.sign_up(late, volunteer, by=volunteer.user)
    # And from other help at that moment.
    with pytest.raises(Overlaps):
        services.accept_offer(asked(town, shift, "17:00"), by=volunteer.user)


def test_a_first_meeting_asks_for_time_too(town, shift):
    volunteer = town.volunteers[0]
    HelpRequest.objects.filter(pk=town.request.pk).update(kind=RequestKind.BUDDY)
    town.request.refresh_from_db()
    offer = services.ask_volunteer(town.request, volunteer, by=town.coordinator)
    agreement = services.accept_offer(offer, by=volunteer.user)
    at = {"place": "Bibliotheek", "by": volunteer.user}
    with pytest.raises(Overlaps):
        services.plan_introduction(agreement, shift.starts_at, **at)
    met = services.plan_introduction(agreement, shift.ends_at, **at)
    services.plan_introduction(met, shift.ends_at + timedelta(minutes=5), **at)


def plan_form(moment: datetime) -> dict[str, str]:
    return {"day": moment.date().isoformat(), "time": f"{moment:%H:%M}"}


def test_pages_and_programs_hear_it_kindly(town, shift):
    volunteer: Volunteer = town.volunteers[0]
    offer = asked(town, shift, "14:00")
    client, api = browser(volunteer.user), APIClient()
    api.force_authenticate(volunteer.user)
    said = client.post(url("offer-accept", offer), follow=True)
    assert said.redirect_chain == [(url("offer", offer), 302)]
    assert "You have something else at that time: Gastheer of gastvrouw" in said.content.decode()
    refused = api.post(f"/api/v1/offers/{offer.pk}/accept")
    assert (refused.status_code, refused.json()["code"]) == (409, "overlaps")
    assert not Assignment.objects.exists()
    other = services.ask_volunteer(town.request, volunteer, by=town.coordinator)
    agreement = services.accept_offer(other, by=volunteer.user)
    form = plan_form(moment(vacancies.day_of(shift), "15:00"))
    planned = client.post(url("agreement-plan", agreement), form)
    assert planned.status_code == 422
    assert "You have something else" in planned.content.decode()
    body = {"startsAt": shift.starts_at.isoformat()}
    assert api.post(f"/api/v1/assignments/{agreement.pk}/plan", body, format="json").status_code == 409
    desk = browser(town.coordinator)
    step = url("desk-assignment", town.request.pk, agreement.pk, "plan")
    told = desk.post(step, form)
    assert "The volunteer has something else" in told.content.decode()
    assert "Gastheer" not in told.content.decode()
