"""The demonstration town: everybody is there, every state occurs, whoever signs in has something to do."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker

from academy.enums import TrainedRole
from academy.models import Completion, RoleRequirement
from academy.queries import due_for_review, training_centres, unanswered_invitations
from backend.demo.logins import ACCOUNTS, PASSWORD
from backend.demo.town import build_town
from events.worker import Worker
from help_requests.enums import LASTING, RequestState
from help_requests.models import HelpRequest
from matching.enums import AssignmentState, DispatchState, PairState
from matching.models import Assignment, Dispatch, Offer
from matching.queries import open_offers_to, pairs_visible_to
from matching.supply import supply
from people.models import Centre, Consent, Resident, User, Volunteer
from people.queries import roles_of
from places.models import District
from safeguarding.enums import ReportState
from safeguarding.models import Report
from tests.standing import by_a_still_clock, standing

pytestmark = pytest.mark.django_db
LASTING_STATES = ("agreed", "introduction", "trial", "active", "ended")


@pytest.fixture(scope="module")
def standing_town(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    def build() -> None:
        build_town(volunteers=60, residents=80, requests=700)
        if connection.vendor == "postgresql":
            # Nothing else tells its planner how many rows there are: the town is never committed.
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

    with standing(by_a_still_clock(build), django_db_blocker):
        yield


@pytest.fixture
def town(standing_town, clock):
    supply.forget()
    yield
    supply.forget()


def test_everybody_is_there_and_every_state_occurs(town):
    assert (Volunteer.objects.count(), Resident.objects.count(), Centre.objects.count()) == (60, 80, 1)
    assert District.objects.count() == 22
    # Everybody agreed to it, and the page of their rights can show when.
    assert Consent.objects.filter(withdrawn_at=None).count() == 140
    assert set(Report.objects.values_list("state", flat=True)) == set(ReportState)
    assert set(HelpRequest.objects.values_list("state", flat=True)) == set(RequestState)
    assert set(Assignment.objects.values_list("state", flat=True)) >= set(AssignmentState) - {
        AssignmentState.PROPOSED
    }
    assert Dispatch.objects.filter(state=DispatchState.RUNNING).exists()


def test_whoever_signs_in_has_the_role_and_something_to_do(town):
    for key, _name, role in ACCOUNTS:
        assert role in roles_of(User.objects.get(email=f"{key}@demo.example")), key
    Worker().run_due()
    volunteer = User.objects.get(email="vrijwilliger@demo.example")
    assert open_offers_to(volunteer).exists()
    assert Assignment.objects.filter(volunteer__user=volunteer, state=AssignmentState.PLANNED).exists()
    assert unanswered_invitations(volunteer.volunteer).exists()
    assert Completion.objects.filter(volunteer__user=volunteer).exists()
    coordinator = User.objects.get(email="coordinator@demo.example")
    assert pairs_visible_to(coordinator).filter(state=PairState.PROPOSED).exists()
    # Two roles ask for a course; the trainer has done it, or the desk would be closed.
    assert set(RoleRequirement.objects.values_list("role", flat=True)) == {
        TrainedRole.BUDDY,
        TrainedRole.TRAINER,
    }
    assert training_centres(User.objects.get(email="trainer@demo.example"))
    assert [article.slug for article in due_for_review()] == ["waarderen"]
    resident = User.objects.get(email="bewoner@demo.example")
    assert HelpRequest.objects.filter(resident__user=resident).count() == 5


def test_every_page_in_the_menu_of_every_login_opens(town):
    for key, _name, _role in ACCOUNTS:
        client = Client()
        client.force_login(
            User.objects.get(email=f"{key}@demo.example"),
            backend="django.contrib.auth.backends.ModelBackend",
        )
        ways = [item.url for item in client.get("/").context["shell"].navigation]
        opened = {way: client.get(way, follow=True).status_code for way in ["/start/", *ways]}
        assert opened == dict.fromkeys(opened, 200), key


def test_everybody_with_help_that_goes_on_can_open_their_pages(town):
    lasting = Assignment.objects.filter(request__kind__in=LASTING).select_related("volunteer__user")
    assert {each.state for each in lasting} >= set(LASTING_STATES)
    client = Client()
    for each in lasting:
        client.force_login(each.volunteer.user, backend="django.contrib.auth.backends.ModelBackend")
        ways = ["/vandaag/", "/afspraken/", f"/afspraken/{each.pk}/"]
        opened = {way: client.get(way).status_code for way in ways}
        assert opened == dict.fromkeys(ways, 200), each.state


def test_the_printed_password_opens_the_door(town):
    client = Client()
    client.post("/account/login/", {"login": "coordinator@demo.example", "password": PASSWORD})
    assert client.get("/balie/").status_code == 200


def test_it_is_the_same_town_every_time_and_is_built_once(town):
    before = Offer.objects.count()
    told = StringIO()
    call_command("load_demo", stdout=told)
    assert Offer.objects.count() == before
    assert PASSWORD in told.getvalue()
