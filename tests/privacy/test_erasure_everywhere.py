"""Whoever used every app there is, is gone from all of them once erased (``busy`` sets the marks)."""

import json
from datetime import time, timedelta

import pytest
import structlog
from django.db import models

from common.encryption import digest
from events.models import EventRecord
from events.worker import Worker
from people import rights
from people.services import erase_self
from people.services.calendar_links import new_calendar_link
from tests.factories.people import UserFactory
from tests.factories.schools import SchoolTown
from tests.privacy.busy import BORN, SATURDAY, BusyTown
from tests.privacy.everything import places_of
from vacancies import services
from vacancies.enums import EntryState
from vacancies.errors import NoPlacement

pytestmark = pytest.mark.django_db

# Columns with text in tables that erasing goes through, in which ``busy`` sets no mark.
UNMARKED = {
    # Test_erasure sets them: the resident, the volunteer and who asks for another.
    *(f"help_requests_helprequest.{name}" for name in ("description", "destination", "note_to_resident")),
    *(f"help_requests_helprequest.{name}" for name in ("filer", "filer_email_digest", "summary")),
    *("matching_assignment.meeting_place", "safeguarding_screening.number"),
    # Codes, versions and kinds from a fixed list.
    *("matching_advicetalk.answers", "matching_offer.reasons", "matching_proposedpair.reasons"),
    *(
        "matching_proposedpair.stale_why",
        "notifications_notice.kind",
        "notifications_outgoingmail.last_error",
    ),
    *(
        "notifications_livesignal.group",
        "notifications_livesignal.object_id",
        "notifications_livesignal.topic",
    ),
    *("people_consent.version", "people_resident.consent_version", "people_sharedrecord.consent_version"),
    *("people_volunteer.consent_version", "people_user.language", "vacancies_parentalconsent.version"),
    *("academy_lessonpicture.kind", "academy_articlepicture.kind", "safeguarding_report.path"),
    # Made by chance or by a one-way function; blanked or gone with the row.
    *("people_user.password", "people_invitation.token_digest", "recognition_passport.token"),
    "recognition_passport.token_digest",
    *("notifications_pushsubscription.endpoint_digest", "notifications_pushsubscription.server_key"),
    # Of the picture, which stays in the lesson; who put it there does not.
    "academy_lessonpicture.digest",
    "academy_articlepicture.digest",
    # Four figures and two letters, and a point in town: everybody of the town has the same here.
    *("people_volunteer.postcode", "people_resident.point"),
    # Of an organisation and its work, not of a person; most of it is public.
    *(f"people_organisation.{name}" for name in ("about", "address", "coc_number", "decision_note")),
    *(f"people_organisation.{name}" for name in ("embed_origins", "name", "phone", "postcode")),
    *("people_organisation.screening_policy", "people_organisation.website", "recognition_hourentry.role"),
    *(f"vacancies_vacancy.{name}" for name in ("address", "city", "offer", "postcode", "profile")),
    *("vacancies_vacancy.review_note", "vacancies_vacancy.task", "vacancies_vacancy.title"),
}


def texts() -> set[str]:
    """Columns with text of all tables that erasing goes through."""
    return {
        f"{model._meta.db_table}.{field.column}"
        for model in rights.erased
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField) and not field.choices
    }


@pytest.fixture(autouse=True)
def _own_log(settings, tmp_path):
    settings.ERASURE_LOG = tmp_path / "erasures.jsonl"
    settings.EMAIL_BACKEND = "notifications.mail.OutboxBackend"


def test_nothing_is_left_of_who_was_busy_everywhere(clock, caplog):
    busy = BusyTown()
    Worker().run_due()
    helper, contact, student = busy.helper.user, busy.contact, busy.student.user
    secret = new_calendar_link(helper, by=helper)
    marks = {
        helper: ["qxbram", busy.PHONE, digest(helper.email), digest("+31" + busy.PHONE), digest(secret)],
        contact: ["qxolea", "612345987", digest(contact.email)],
        student: ["qxsida"],
    }
    marked = set().union(*(places_of(words) for words in marks.values()))
    assert texts() - marked == UNMARKED, "a new column with words gets a mark, or a reason why not"
    with structlog.testing.capture_logs() as logs:
        for person, words in marks.items():
            erase_self(person)
            Worker().run_due()
            assert places_of(words) == set()
    said = json.dumps(logs, default=str).lower() + caplog.text.lower()
    assert not any(word in said for words in marks.values() for word in words)
    assert not EventRecord.objects.filter(state="parked").exists()


def test_who_signed_hours_leaves_them_signed_and_no_student_is_placed_with_nobody(clock):
    town = SchoolTown()
    signer = UserFactory(email="Ria@Buurthuis.example", name="Ria de Boer")
    student = town.student(BORN, agreed=True)
    worked = {"day": SATURDAY, "begins": time(10), "ends": time(12)}
    placement = town.placement(student)
    entry = services.enter_hours(placement, by=student.user, **worked)
    services.sign_by_link(services.hours_token(entry), right=True)
    waiting = services.enter_hours(
        placement, by=student.user, day=SATURDAY - timedelta(7), begins=time(10), ends=time(11)
    )
    entry.refresh_from_db()
    assert entry.signed_by == "Ria de Boer"
    erase_self(signer)
    Worker().run_due()
    assert places_of(["ria de boer", "ria@buurthuis.example"]) == set()
    entry.refresh_from_db()
    waiting.refresh_from_db()
    town.spot.refresh_from_db()
    assert (entry.state, waiting.state, town.spot.open) == (EntryState.SIGNED, EntryState.ENTERED, False)
    with pytest.raises(NoPlacement):
        services.ask_placement(town.student(BORN), town.spot, motivation="", by=None)
    assert services.sign_hours(waiting, right=True, by=town.contact).state == EntryState.SIGNED
