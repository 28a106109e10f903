"""Whoever is erased is gone from every table, cache, mail and log; what runs has ended; it stays so."""

import json
from datetime import time, timedelta

import pytest
import structlog
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.urls import reverse

from academy.services import invite_to_course
from common import clock as now
from events.models import EventRecord
from events.worker import Worker
from help_requests.enums import FiledAs, RequestState
from help_requests.models import HelpRequest
from help_requests.services import file_request
from matching import services
from matching.enums import AssignmentState, OfferState
from matching.models import Assignment, Offer, Review
from people.enums import ErasureReason, Role, VolunteerState
from people.errors import StillStaff
from people.models import Erasure, Resident, User, Volunteer
from people.services import (
    Address,
    erase_for,
    erase_self,
    grant_role,
    move_resident,
    note_read,
    update_resident,
)
from people.services.erasing import replay_erasures
from recognition.services import Shows, enter_hours, share_passport
from tests.factories.academy import CourseFactory, train
from tests.factories.matching import Town, open_request
from tests.factories.people import (
    BlockFactory,
    PostcodeFactory,
    RepresentativeFactory,
    ResidentFactory,
    UserFactory,
)
from tests.privacy.everything import places_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_log(settings, tmp_path):
    settings.ERASURE_LOG = tmp_path / "erasures.jsonl"
    settings.EMAIL_BACKEND = "notifications.mail.OutboxBackend"


@pytest.fixture
def town(clock):
    PostcodeFactory()
    return Town(volunteers=1)


RESIDENT = [
    "qxznaam",
    "qxzpost",
    "qxzstraat",
    "qxzwoord",
    "qxzsamenvatting",
    "qxzheen",
    "qxzbrief",
    "qxzplek",
]
PHONE = "612340987"


def lived_resident(town: Town) -> Resident:
    """A resident who has used everything, with a mark in every field that takes words."""
    user = UserFactory(email="qxzpost@voorbeeld.nl", name="Qxznaam")
    resident = ResidentFactory(centre=town.centre, user=user, any_screened_volunteer=True)
    update_resident(resident, by=user, name="Qxznaam", phone="06" + PHONE[1:], email="qxzpost@voorbeeld.nl")
    home = Address(street="Qxzstraat", house_number="7", postcode=resident.address["postcode"])
    move_resident(resident, address=home, by=user)
    file_request(resident, by=user, category="groceries", description="Qxzwoord, één tas.", dayparts=1)
    day = now.today() + timedelta(days=2)
    texts = {"summary": "Qxzsamenvatting", "destination": "Qxzheen", "note_to_resident": "Qxzbrief"}
    agreed = open_request(town.centre, resident=resident, on_date=day, start_time=time(10), **texts)
    offer = services.ask_volunteer(agreed, town.volunteers[0], by=town.coordinator)
    assignment = services.accept_offer(offer, by=town.volunteers[0].user)
    Assignment.objects.filter(pk=assignment.pk).update(meeting_place="Qxzplek")
    open_request(town.centre, resident=resident, description="Qxzwoord")
    EmailMessage("Qxznaam", "Qxzwoord", to=["qxzpost@voorbeeld.nl"]).send()
    note_read(resident, by=town.coordinator)
    return resident


def test_nothing_of_a_resident_is_left_anywhere(town, client):
    resident = lived_resident(town)
    client.force_login(resident.user)
    session = client.session
    session["draft"] = {"description": "Qxzwoord"}
    session.save()
    words = [*RESIDENT, PHONE]
    before = places_of(words)
    assert {
        "people_user.name", "people_user.email", "people_resident.name", "people_resident.phone",
        "people_resident.address", "help_requests_helprequest.description", "sessions",
        "help_requests_helprequest.summary", "notifications_outgoingmail.content",
        "matching_assignment.meeting_place", "account_emailaddress.email",
    } <= before  # fmt: skip
    with structlog.testing.capture_logs() as logs:
        erase_self(resident.user)
        Worker().run_due()
    assert places_of(words) == set()
    assert not any(word in json.dumps(logs, default=str).lower() for word in words)
    assert not EventRecord.objects.filter(state="parked").exists()
    assert not EventRecord.objects.exclude(last_error="").exists()


def test_what_ran_for_a_resident_has_ended_and_figures_stay(town):
    resident = lived_resident(town)
    erase_self(resident.user)
    Worker().run_due()
    states = set(HelpRequest.objects.filter(resident=resident).values_list("state", flat=True))
    assert states == {RequestState.WITHDRAWN}
    kept = Assignment.objects.get(request__resident=resident)
    assert (kept.state, kept.cancelled_by) == (AssignmentState.CANCELLED, "resident")
    assert set(HelpRequest.objects.filter(resident=resident).values_list("category", flat=True)) == {
        "groceries"
    }
    helper = town.volunteers[0]
    assert Volunteer.objects.get(pk=helper.pk).phone, "the other side is untouched"
    assert Offer.objects.get(volunteer=helper, request__resident=resident).reasons == []


VOLUNTEER = ["qxvnaam", "qxvpost", "qxvnummer", "qxvgesprek", "qxvgekookt"]


def lived_volunteer(town: Town) -> Volunteer:
    """A volunteer who has used everything."""
    volunteer = town.volunteers[0]
    User.objects.filter(pk=volunteer.user_id).update(email="qxvpost@voorbeeld.nl", name="Qxvnaam")
    EmailAddress.objects.filter(user=volunteer.user_id).update(email="qxvpost@voorbeeld.nl")
    Volunteer.objects.filter(pk=volunteer.pk).update(phone="+31" + PHONE)
    volunteer.screenings.filter(requirement="vog").update(number="qxvnummer")
    train(volunteer, CourseFactory())
    invite_to_course(CourseFactory(), volunteer, by=town.coordinator)
    BlockFactory(volunteer=volunteer, resident=ResidentFactory(centre=town.centre))
    offer = services.ask_volunteer(town.request, volunteer, by=town.coordinator)
    assignment = services.accept_offer(offer, by=volunteer.user)
    Review.objects.create(assignment=assignment, occasion="trial", asked_at=now.now(), volunteer_outcome=2)
    Assignment.objects.filter(pk=assignment.pk).update(meeting_place="Qxvgesprek")
    second = open_request(town.centre)
    services.ask_volunteer(second, volunteer, by=town.coordinator)
    enter_hours(volunteer.user, day=now.today(), minutes=30, note="Qxvgekookt", by=volunteer.user)
    share_passport(volunteer.user, Shows(), by=volunteer.user)
    Worker().run_due()
    return Volunteer.objects.select_related("user", "centre").get(pk=volunteer.pk)


def test_nothing_of_a_volunteer_is_left_and_their_help_goes_on_to_others(town, client):
    volunteer = lived_volunteer(town)
    client.force_login(volunteer.user)
    cache.set("something", "anything")
    words = [*VOLUNTEER, PHONE]
    assert {
        "people_user.name", "people_volunteer.phone", "safeguarding_screening.number",
        "matching_assignment.meeting_place",
    } <= places_of(words)  # fmt: skip
    erase_for(volunteer, reason=ErasureReason.ASKED, by=town.coordinator)
    assert client.get(reverse("profile")).status_code == 302, "signed out at once"
    Worker().run_due()
    assert places_of(words) == set()
    town.request.refresh_from_db()
    assert town.request.state in (RequestState.REMATCHING, RequestState.WAITLISTED)
    shell = Volunteer.objects.get(pk=volunteer.pk)
    assert (shell.state, shell.lat, shell.postcode, shell.skills) == (VolunteerState.LEFT, 0, "", 0)
    for gone in ("screenings", "completions", "course_invitations", "blocks", "consents", "proposed_pairs"):
        assert not getattr(shell, gone).exists(), gone
    assert not Offer.objects.filter(volunteer=shell, state__in=[OfferState.SENT, OfferState.SEEN]).exists()
    assert not shell.user.hour_entries.exists()
    assert not shell.user.passports.exists()
    assert not shell.user.is_active
    assert not shell.user.has_usable_password()


def test_an_erased_address_can_sign_up_again(town):
    volunteer = lived_volunteer(town)
    erase_self(volunteer.user)
    Worker().run_due()
    again = UserFactory(email="qxvpost@voorbeeld.nl")
    assert again.pk != volunteer.user_id


def test_what_was_asked_for_another_loses_only_the_name_of_who_asked(town):
    filer = UserFactory(email="qxzpost@voorbeeld.nl", name="Qxznaam")
    resident = ResidentFactory(centre=town.centre, name="Ans")
    RepresentativeFactory(user=filer, resident=resident)
    told = {"name": "Qxznaam", "phone": "", "email": "qxzpost@voorbeeld.nl"}
    file_request(
        resident, by=filer, filed_as=FiledAs.REPRESENTATIVE, filer=told, category="groceries",
        description="Eén tas voor Ans.", dayparts=1,
    )  # fmt: skip
    erase_self(filer)
    Worker().run_due()
    assert places_of(["qxznaam", "qxzpost"]) == set()
    request = HelpRequest.objects.get(resident=resident)
    assert (request.description, request.resident.name) == ("Eén tas voor Ans.", "Ans")


def test_it_happens_once_and_leaves_counts_and_no_ids(town, settings):
    resident = lived_resident(town)
    erasure = erase_self(resident.user)
    assert erasure.done_at is None
    Worker().run_due()
    erasure.refresh_from_db()
    assert erasure.done_at is not None
    assert erasure.counts["help_requests_helprequest"] == 3
    assert erasure.counts["people_user"] == 1
    (line,) = settings.ERASURE_LOG.read_text().splitlines()
    assert str(resident.pk) not in line
    assert str(resident.user_id) not in line
    assert settings.ERASURE_LOG.stat().st_mode & 0o077 == 0
    EventRecord.objects.filter(type="people.erasure_asked").update(state="pending", handled_by=[])
    Worker().run_due()
    assert len(settings.ERASURE_LOG.read_text().splitlines()) == 1


def test_who_is_erased_stays_erased_when_an_older_copy_comes_back(town):
    resident = lived_resident(town)
    user = User.objects.get(pk=resident.user_id)
    before = {
        model: model.objects.filter(pk=row.pk).values().get()
        for model, row in ((User, user), (Resident, resident))
    }
    other = ResidentFactory(centre=town.centre, name="Ans")
    erase_self(user)
    Worker().run_due()
    for model, values in before.items():
        model.objects.filter(pk=values["id"]).update(**values)
    Erasure.objects.all().delete()
    assert places_of(["qxznaam"]) != set()
    assert replay_erasures() == 1
    assert places_of(RESIDENT) == set()
    assert Resident.objects.get(pk=other.pk).name == "Ans"
    assert Erasure.objects.get().digests
    assert replay_erasures() == 0


def test_part_of_a_person_goes_where_staff_asks_and_the_rest_stays(town):
    volunteer = town.volunteers[0]
    resident = ResidentFactory(centre=town.centre, user=volunteer.user, name="Qxznaam")
    erase_for(resident, reason=ErasureReason.DOUBLE, by=town.coordinator)
    Worker().run_due()
    assert Resident.objects.get(pk=resident.pk).name == ""
    volunteer.refresh_from_db()
    assert (volunteer.state, volunteer.user.is_active) == (VolunteerState.ACTIVE, True)


def test_staff_is_not_erased_before_their_role_has_ended(town):
    worker = town.coordinator
    with pytest.raises(StillStaff):
        erase_self(worker)
    volunteer = town.volunteers[0]
    grant_role(volunteer.user, Role.COORDINATOR, centre=town.centre, by=None)
    with pytest.raises(StillStaff):
        erase_self(volunteer.user)
