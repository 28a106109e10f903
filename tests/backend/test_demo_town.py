"""The demonstration town: everybody is there, every state occurs, whoever signs in has something to do."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

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

pytestmark = pytest.mark.django_db
LASTING_STATES = ("agreed", "introduction", "trial", "active", "ended")


@pytest.fixture
def town(clock):
    build_town(volunteers=60, residents=80, requests=700)
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


@pytest.mark.parametrize(("volunteers", "residents", "requests"), [(12, 15, 60), (15, 200, 60)])
def test_a_small_town_stands_too(clock, volunteers, residents, requests):
    build_town(volunteers=volunteers, residents=residents, requests=requests)
    supply.forget()
    assert (Volunteer.objects.count(), Resident.objects.count()) == (volunteers, residents)


@pytest.mark.parametrize("size", ["--volunteers=11", "--residents=14", "--requests=59"])
def test_one_too_small_to_show_anything_says_so(size):
    with pytest.raises(CommandError, match="at least"):
        call_command("load_demo", size, stdout=StringIO())
    assert not Centre.objects.exists()


def test_it_is_not_built_where_real_people_live(settings):
    settings.DEMO_TOWN = False
    with pytest.raises(CommandError):
        call_command("load_demo")
    assert not Centre.objects.exists()
