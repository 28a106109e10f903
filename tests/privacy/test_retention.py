"""What is kept no longer goes by itself, at its term and not before, and it is written down how much."""

import re
from datetime import date, timedelta
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from academy.services import give_feedback
from events.models import EventRecord
from events.services import record
from events.worker import Worker
from help_requests.enums import RequestState
from help_requests.models import HelpRequest
from help_requests.services import withdraw
from matching import services
from matching.models import Assignment, Reveal
from notifications.models import Notice
from people.enums import VolunteerState
from people.events import RetentionDue
from people.models import DeletionRun, Erasure, Resident, User, Volunteer
from people.rights import terms
from people.services import leave
from people.services.retention import delete_what_is_due, since, what_is_due
from recognition.enums import Warmth
from recognition.services import thank_for_help
from tests.factories.help_requests import HelpRequestFactory
from tests.factories.knowledge import write_article
from tests.factories.matching import Town
from tests.factories.people import (
    CoordinatorFactory,
    RepresentativeFactory,
    ResidentFactory,
    UserFactory,
    VolunteerFactory,
)
from tests.factories.recognition import done_task
from tests.factories.schools import SchoolTown
from tests.factories.shifts import moment
from vacancies.models import Student

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_log(settings, tmp_path, clock):
    settings.ERASURE_LOG = tmp_path / "erasures.jsonl"


def due():
    return {term.purpose: count for term, count in what_is_due() if count}


@pytest.mark.parametrize(
    ("state", "days", "purpose"),
    [
        (RequestState.DRAFT, 42, "requests_unmatched"),
        (RequestState.WITHDRAWN, 42, "requests_unmatched"),
        (RequestState.CLOSED, 730, "requests_closed"),
        (RequestState.REFERRED, 730, "requests_closed"),
        (RequestState.UNSUITABLE, 730, "requests_closed"),
    ],
)
def test_a_request_goes_at_its_term(clock, state, days, purpose):
    request = HelpRequestFactory(state=state)
    clock.forward(days=days)
    assert due() == {}
    clock.forward(seconds=1)
    assert due()[purpose] == 1
    delete_what_is_due()
    assert not HelpRequest.objects.filter(pk=request.pk).exists()
    run = DeletionRun.objects.get(purpose=purpose)
    assert (run.days, run.count) == (days, 1)


@pytest.mark.parametrize("state", [RequestState.SUBMITTED, RequestState.OPEN, RequestState.RUNNING])
def test_a_request_that_runs_stays_however_old(clock, state):
    request = HelpRequestFactory(state=state)
    clock.forward(days=2000)
    delete_what_is_due()
    assert HelpRequest.objects.filter(pk=request.pk).exists()


def test_what_was_withdrawn_after_someone_was_found_stays_two_years(clock):
    town = Town(volunteers=1)
    offer = services.ask_volunteer(town.request, town.volunteers[0], by=town.coordinator)
    services.accept_offer(offer, by=town.volunteers[0].user)
    withdraw(HelpRequest.objects.get(pk=town.request.pk), by=None)
    Worker().run_due()
    clock.forward(days=43)
    delete_what_is_due()
    assert Assignment.objects.exists()
    clock.forward(days=700)
    delete_what_is_due()
    assert not Assignment.objects.exists()
    assert not HelpRequest.objects.exists()


def test_a_volunteer_goes_a_year_after_stopping(clock):
    volunteer = VolunteerFactory(phone="+31612345678")
    leave(volunteer, by=volunteer.user)
    clock.forward(days=365)
    delete_what_is_due()
    assert Volunteer.objects.get(pk=volunteer.pk).phone
    clock.forward(seconds=1)
    delete_what_is_due()
    volunteer.refresh_from_db()
    assert (volunteer.phone, volunteer.state) == ("", VolunteerState.LEFT)
    assert Erasure.objects.filter(reason="term").exists()
    erased = Erasure.objects.count()
    clock.forward(days=1)
    delete_what_is_due()
    assert Erasure.objects.count() == erased, "once"


def test_a_resident_goes_two_years_on_when_no_request_is_left(clock):
    idle, asking = ResidentFactory(), ResidentFactory()
    HelpRequestFactory(resident=asking)
    clock.forward(days=730, seconds=1)
    delete_what_is_due()
    assert Resident.objects.get(pk=idle.pk).name == ""
    assert Resident.objects.get(pk=asking.pk).name


def test_an_account_with_which_nothing_is_done_goes_and_every_other_stays(clock):
    idle = UserFactory()
    staying = [
        CoordinatorFactory(),
        VolunteerFactory().user,
        ResidentFactory(user=UserFactory()).user,
        RepresentativeFactory().user,
        UserFactory(last_login=clock.now() + timedelta(days=1)),
        UserFactory(is_superuser=True),
    ]
    clock.forward(days=365, seconds=1)
    assert due()["accounts"] == 1
    delete_what_is_due()
    assert User.objects.get(pk=idle.pk).name == ""
    assert all(User.objects.get(pk=user.pk).name for user in staying)


@pytest.mark.parametrize(
    ("purpose", "index"),
    [
        ("accounts", "user_last_here"),
        ("volunteers", "volunteer_left"),
        ("invitations", "invitation_expires"),
        ("reports", "report_settled"),
        ("advice_talks", "talk_last"),
        ("parents", "parent_asked"),
        ("residents", "resident_since"),
        ("requests_closed", "request_last"),
        ("requests_unmatched", "request_last"),
    ],
)
def test_what_is_old_is_found_by_an_index_however_long_the_list(purpose, index):
    """As the database itself plans it; without the index it would read the whole table each night."""
    term = next(each for each in terms() if each.purpose == purpose)
    with CaptureQueriesContext(connection) as asked:
        term.delete(since(term), 100)
    chosen = next(each["sql"] for each in asked.captured_queries if each["sql"].startswith("SELECT"))
    assert "LIMIT 100" in chosen
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of an empty table it would read and sort all.
            cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + chosen)
        assert index in str(cursor.fetchall())


def test_words_of_thanks_go_after_the_help_they_were_for(clock):
    town = Town(volunteers=1)
    help_given = done_task(town)
    kept = thank_for_help(help_given, Warmth.HAPPY, words="Fijn was het", by=town.coordinator)
    clock.forward(days=730, seconds=1)
    assert "thanks_words" not in due(), "the help is still there"
    Assignment.objects.all().delete()
    assert due()["thanks_words"] == 1
    delete_what_is_due()
    kept.refresh_from_db()
    assert (kept.sentence, kept.words, kept.given_by) == (Warmth.HAPPY, "", None)
    assert "thanks_words" not in due()


def test_a_student_goes_a_year_after_the_class_and_the_place_is_free(clock):
    town = SchoolTown()
    student = town.student(date(2009, 4, 1))
    town.placement(student)
    last = town.school_class.ends_on + timedelta(days=365)
    clock.at(moment(last, "23:00"))
    assert "students" not in due()
    clock.forward(hours=2)
    assert due()["students"] == 1
    delete_what_is_due()
    Worker().run_due()
    town.spot.refresh_from_db()
    assert (Student.objects.exists(), town.spot.taken) == (False, 0)
    assert User.objects.filter(pk=student.user_id).exists()
    assert not EventRecord.objects.filter(state="parked").exists()


def test_words_about_an_article_go_and_the_count_stays(clock):
    said = give_feedback(write_article("Wat"), helpful=False, word="Te lang")
    clock.forward(days=365)
    assert "article_words" not in due()
    clock.forward(seconds=1)
    delete_what_is_due()
    said.refresh_from_db()
    assert (said.word, said.helpful) == ("", False)


def test_which_requests_were_shown_is_forgotten_after_a_month(clock):
    town = Town(volunteers=1)
    Reveal.objects.create(volunteer=town.volunteers[0], request=town.request)
    clock.forward(days=30)
    assert "reveals" not in due()
    clock.forward(seconds=1)
    delete_what_is_due()
    assert not Reveal.objects.exists()


def test_every_term_stands_in_the_table_of_tables():
    table = (settings.BASE_DIR / "docs" / "privacy.md").read_text()
    named = set(re.findall(r"`([A-Z_]+_KEPT_DAYS)`", table))
    # Concerns go in a round of their own (safeguarding.services.rounds).
    assert named == {term.setting for term in terms() if term.setting} | {"CONCERN_KEPT_DAYS"}


def test_messages_go_after_a_year(clock):
    notice = Notice.objects.create(
        user=CoordinatorFactory(), kind="offer", object_id=UserFactory().pk, event_id=1
    )
    clock.forward(days=365, seconds=1)
    assert due()["messages"] == 1
    delete_what_is_due()
    assert not Notice.objects.filter(pk=notice.pk).exists()


def test_a_term_is_a_setting(clock, settings):
    settings.REQUEST_UNMATCHED_KEPT_DAYS = 3
    HelpRequestFactory(state=RequestState.DRAFT)
    clock.forward(days=3, seconds=1)
    assert due()["requests_unmatched"] == 1


def test_the_worker_goes_on_until_nothing_is_left(clock, monkeypatch):
    monkeypatch.setattr("people.services.retention.MOST", 2)
    resident = ResidentFactory()
    for _ in range(5):
        HelpRequestFactory(state=RequestState.DRAFT, resident=resident)
    clock.forward(days=43)
    with transaction.atomic():
        record(RetentionDue())
    Worker().run_due()
    assert not HelpRequest.objects.exists()
    assert sum(DeletionRun.objects.filter(purpose="requests_unmatched").values_list("count", flat=True)) == 5


def test_the_command_tells_without_deleting(clock):
    HelpRequestFactory(state=RequestState.DRAFT)
    clock.forward(days=43)
    said = StringIO()
    call_command("retention", stdout=said)
    assert "1  requests_unmatched (after 42 days)" in said.getvalue()
    assert HelpRequest.objects.exists()
    call_command("retention", delete=True, stdout=said)
    assert not HelpRequest.objects.exists()
