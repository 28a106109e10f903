"""Concerns: anyone reports, few read, every look is noted, and what was told stands nowhere else."""

import json
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from common.clock import now
from common.errors import InvalidInput, InvalidTransition, NotFound
from events.models import EventRecord, IdempotentCall
from people.enums import Role
from people.services import end_role
from safeguarding import services
from safeguarding.enums import (
    CONCERN_TRANSITIONS,
    ConcernState,
    ConcernSubject,
    Danger,
    NoteKind,
    Party,
    ReadVia,
)
from safeguarding.errors import ConcernClosed
from safeguarding.models import Concern, ConcernNote, ConcernRead
from safeguarding.queries import concerns_visible_to
from safeguarding.services import concerns
from tests.concurrency.racing import race
from tests.factories.people import (
    AdministratorFactory,
    CentreFactory,
    CoordinatorFactory,
    VolunteerFactory,
    staff,
)

pytestmark = pytest.mark.django_db
S = ConcernState
STORY = "Mevrouw Qxzmarker zit al weken zonder verwarming."


class Case:
    """A concern, and the people of its centre."""

    def __init__(self, **told) -> None:
        self.centre = CentreFactory()
        self.officer = staff(Role.CONFIDENTIAL_OFFICER, self.centre)
        self.coordinator = CoordinatorFactory(self.centre)
        self.concern = services.report_concern(self.centre, **{"story": STORY} | told)

    def move(self, *states, text=""):
        for state in states:
            services.move_concern(self.concern, state, text=text, by=self.officer)

    def read(self, by, via=ReadVia.PAGE):
        return services.read_concern(self.concern.pk, by=by, via=via)


@pytest.fixture
def case(clock):
    return Case()


class TestReporting:
    def test_what_was_told_is_kept_encrypted(self, clock):
        key = uuid4()
        case = Case(
            subject=ConcernSubject.VOLUNTEER, danger=Danger.YES, about="Piet Qxzander", name="Buurvrouw",
            phone="06 12345678", email="Buur@Voorbeeld.nl", help_request=key,
        )  # fmt: skip
        told = case.read(case.officer).told
        assert told == {
            "subject": "volunteer", "danger": "yes", "about": "Piet Qxzander", "story": STORY,
            "name": "Buurvrouw", "phone": "+31612345678", "email": "buur@voorbeeld.nl", "postcode": "",
            "help_request": str(key),
        }  # fmt: skip
        assert case.concern.urgent
        assert len(case.concern.reference) == 9
        services.add_note(case.concern, "Qxzgesprek gehad", by=case.officer)
        with connection.cursor() as cursor:
            cursor.execute("SELECT told FROM safeguarding_concern")
            (raw,) = cursor.fetchone()
            cursor.execute("SELECT text FROM safeguarding_concernnote")
            (note,) = cursor.fetchone()
        assert "Qxz" not in raw + note
        assert raw.startswith("gAAAA")

    def test_nobody_is_the_actor_and_the_event_holds_two_ids(self, case):
        event = EventRecord.objects.get(type="safeguarding.concern_reported")
        assert event.actor_id is None
        assert event.payload == {"concern_id": str(case.concern.pk), "centre_id": str(case.centre.pk)}

    def test_the_same_submission_again_is_the_same_concern(self, clock):
        centre, key = CentreFactory(), uuid4()
        first, again = (services.report_concern(centre, story=STORY, submission_key=key) for _ in range(2))
        assert first == again == Concern.objects.get()
        assert EventRecord.objects.filter(type="safeguarding.concern_reported").count() == 1

    def test_a_code_that_is_taken_is_drawn_again_and_never_gives_another_persons_concern(
        self, case, monkeypatch
    ):
        taken, free = case.concern.reference, "2222-3333"
        codes = iter([taken, free])
        monkeypatch.setattr(concerns, "_new_reference", lambda: next(codes))
        assert services.report_concern(case.centre, story="Iets anders").reference == free
        monkeypatch.setattr(concerns, "_new_reference", lambda: taken)
        with pytest.raises(IntegrityError):
            services.report_concern(case.centre, story="Nog iets")
        assert Concern.objects.count() == 2

    def test_a_call_with_a_key_leaves_nothing_beside_the_concern(self, case):
        calls = {
            "/api/v1/concern-reports": (
                {"story": STORY, "centre": str(case.centre.pk)},
                VolunteerFactory().user,
            ),
            f"/api/v1/concerns/{case.concern.pk}/note": ({"text": "Gebeld."}, case.officer),
        }
        for number, (address, (body, user)) in enumerate(calls.items()):
            client = Client(headers={"Idempotency-Key": f"key-{number}"})
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            assert client.post(address, body, content_type="application/json").status_code == 201
        assert not IdempotentCall.objects.exists()

    @pytest.mark.parametrize(
        ("told", "field"),
        [
            ({"story": " "}, "story"),
            ({"story": "a" * 4001}, "story"),
            ({"story": "Zijn nummer is 111222333."}, "story"),
            ({"about": "BSN 111222333"}, "about"),
            ({"about": "a" * 301}, "about"),
            ({"phone": "12"}, "phone"),
            ({"email": "geen"}, "email"),
        ],
    )
    def test_what_is_not_possible(self, told, field):
        with pytest.raises(InvalidInput) as caught:
            services.report_concern(CentreFactory(), **{"story": STORY} | told)
        assert caught.value.field == field
        assert not Concern.objects.exists()


class TestReading:
    def test_every_look_leaves_a_row(self, case):
        for via in (ReadVia.PAGE, ReadVia.PAGE, ReadVia.API):
            assert case.read(case.officer, via).told["story"] == STORY
        assert list(case.concern.reads.values_list("reader_id", "via").order_by("via")) == [
            (case.officer.pk, "api"), (case.officer.pk, "page"), (case.officer.pk, "page"),
        ]  # fmt: skip

    def test_only_the_officer_of_the_centre(self, case):
        others = [
            case.coordinator,
            AdministratorFactory(case.centre, is_superuser=True, is_staff=True),
            staff(Role.CONFIDENTIAL_OFFICER),
            staff(Role.TRAINER, case.centre),
            staff(Role.ANALYST, case.centre),
            VolunteerFactory(centre=case.centre).user,
            staff(Role.CONFIDENTIAL_OFFICER, case.centre, is_active=False),
        ]
        for other in others:
            assert not concerns_visible_to(other).exists()
            with pytest.raises(NotFound):
                case.read(other)
            for act in (
                lambda by: services.move_concern(case.concern, S.RECEIVED, by=by),
                lambda by: services.add_note(case.concern, "x", by=by),
                lambda by: services.entrust_concern(case.concern, case.coordinator, by=by),
                lambda by: services.hand_over_concern(case.concern, Party.POLICE, consent=True, by=by),
            ):
                with pytest.raises(NotFound):
                    act(other)
        assert not ConcernRead.objects.exists()
        assert not ConcernNote.objects.exists()

    def test_a_named_coordinator_reads_and_notes_and_takes_no_step(self, case):
        services.entrust_concern(case.concern, case.coordinator, by=case.officer)
        assert case.read(case.coordinator).told["story"] == STORY
        services.add_note(case.concern, "Gebeld.", by=case.coordinator)
        for act in (
            lambda: services.move_concern(case.concern, S.RECEIVED, by=case.coordinator),
            lambda: services.entrust_concern(case.concern, None, by=case.coordinator),
            lambda: services.hand_over_concern(case.concern, Party.POLICE, consent=True, by=case.coordinator),
        ):
            with pytest.raises(NotFound):
                act()

    def test_it_ends_with_the_name_and_with_the_role(self, case):
        second = CoordinatorFactory(case.centre)
        services.entrust_concern(case.concern, case.coordinator, by=case.officer)
        services.entrust_concern(case.concern, second, by=case.officer)
        with pytest.raises(NotFound):
            case.read(case.coordinator)
        assert case.read(second)
        end_role(second.role_grants.get(), by=None)
        with pytest.raises(NotFound):
            case.read(second)
        end_role(case.officer.role_grants.get(), by=None)
        with pytest.raises(NotFound):
            case.read(case.officer)

    def test_it_is_entrusted_to_coordinators_of_the_centre_only(self, case):
        for other in (CoordinatorFactory(), staff(Role.TRAINER, case.centre), VolunteerFactory().user):
            with pytest.raises(InvalidInput):
                services.entrust_concern(case.concern, other, by=case.officer)
        Concern.objects.filter(pk=case.concern.pk).update(coordinator=VolunteerFactory().user)
        case.concern.refresh_from_db()
        with pytest.raises(NotFound):
            case.read(case.concern.coordinator)

    def test_lists_do_not_even_decrypt(self, case, monkeypatch):
        monkeypatch.setattr("common.encryption.decrypt", lambda _token: pytest.fail("decrypted"))
        (row,) = concerns_visible_to(case.officer)
        assert row.reference == case.concern.reference


class TestSteps:
    def test_from_report_to_the_end(self, case):
        case.move(S.RECEIVED, S.ADVICE, S.WEIGHING)
        case.move(S.PASSED_ON, text="Veilig Thuis heeft het overgenomen.")
        case.concern.refresh_from_db()
        assert (case.concern.state, case.concern.closed_at) == (S.PASSED_ON, now())
        lines = case.concern.notes.all()
        assert [line.state for line in lines] == [S.RECEIVED, S.ADVICE, S.WEIGHING, S.PASSED_ON]
        assert {line.by_id for line in lines} == {case.officer.pk}

    def test_what_is_not_in_the_table_raises(self, clock):
        for start in S:
            for to in S:
                if to in CONCERN_TRANSITIONS[start]:
                    continue
                case = Case()
                Concern.objects.filter(pk=case.concern.pk).update(state=start)
                with pytest.raises(InvalidTransition):
                    case.move(to, text="reden")
                assert not ConcernNote.objects.filter(concern=case.concern).exists()

    @pytest.mark.parametrize("end", [S.HANDLED, S.PASSED_ON])
    def test_closing_says_why(self, case, end):
        case.move(S.RECEIVED, S.ADVICE, S.WEIGHING)
        with pytest.raises(InvalidInput):
            case.move(end)
        case.move(end, text="reden")
        with pytest.raises(ConcernClosed):
            services.entrust_concern(case.concern, None, by=case.officer)
        with pytest.raises(ConcernClosed):
            services.hand_over_concern(case.concern, Party.POLICE, consent=True, by=case.officer)
        services.add_note(case.concern, "Nog gebeld.", by=case.officer)

    def test_handing_over_without_consent_says_why(self, case):
        with pytest.raises(InvalidInput):
            services.hand_over_concern(case.concern, Party.VEILIG_THUIS, consent=False, by=case.officer)
        line = services.hand_over_concern(
            case.concern, Party.VEILIG_THUIS, consent=False, text="Direct gevaar", by=case.officer
        )
        assert (line.kind, line.party, line.consent) == (NoteKind.HANDED_OVER, Party.VEILIG_THUIS, False)
        services.hand_over_concern(case.concern, Party.GENERAL_PRACTITIONER, consent=True, by=case.officer)

    def test_the_record_cannot_be_rewritten(self, case):
        services.add_note(case.concern, "Zo was het.", by=case.officer)
        case.read(case.officer)
        for rows, change in (
            (ConcernNote.objects.all(), {"state": S.HANDLED}),
            (ConcernRead.objects.all(), {"reader_id": uuid4()}),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                rows.update(**change)

    def test_events_hold_ids_only(self, case):
        case.move(S.RECEIVED, S.ADVICE, S.WEIGHING)
        services.entrust_concern(case.concern, case.coordinator, by=case.officer)
        services.hand_over_concern(
            case.concern, Party.POLICE, consent=False, text="Qxzreden", by=case.officer
        )
        case.move(S.HANDLED, text="Qxzafloop")
        stored = json.dumps(list(EventRecord.objects.values_list("type", "payload")))
        assert "Qxz" not in stored
        assert case.concern.reference not in stored
        assert "police" not in stored


class TestKeeping:
    def test_closed_concerns_go_when_their_time_is_over(self, case, clock):
        open_one = services.report_concern(case.centre, story=STORY)
        case.move(S.RECEIVED, S.ADVICE, S.WEIGHING)
        case.move(S.HANDLED, text="reden")
        case.read(case.officer)
        clock.forward(days=django_settings.CONCERN_KEPT_DAYS)
        assert services.delete_old_concerns() == 0
        clock.forward(seconds=1)
        assert services.delete_old_concerns() == 1
        assert list(Concern.objects.all()) == [open_one]
        assert not ConcernNote.objects.exists()
        assert not ConcernRead.objects.exists()
        gone = EventRecord.objects.get(type="safeguarding.concern_deleted")
        assert gone.payload["concern_id"] == str(case.concern.pk)

    def test_how_long_is_a_setting(self, case, settings):
        settings.CONCERN_KEPT_DAYS = 7
        Concern.objects.filter(pk=case.concern.pk).update(
            state=S.HANDLED, closed_at=now() - timedelta(days=8)
        )
        assert services.delete_old_concerns() == 1


def move_with(concern_id, state, by):
    return services.move_concern(Concern.objects.get(pk=concern_id), state, text="reden", by=by)


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_take_one_step(clock):
    for _ in range(5):
        case = Case()
        officers = [case.officer, *(staff(Role.CONFIDENTIAL_OFFICER, case.centre) for _ in range(3))]
        outcomes = race(officers, partial(move_with, case.concern.pk, S.RECEIVED))
        assert outcomes == {"won": 1, "InvalidTransition": 3}
        assert case.concern.notes.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_ends_at_once_are_one(clock):
    for _ in range(5):
        case = Case()
        case.move(S.RECEIVED, S.ADVICE, S.WEIGHING)
        race(
            [S.HANDLED, S.PASSED_ON] * 2,
            partial(
                lambda concern_id, by, state: move_with(concern_id, state, by), case.concern.pk, case.officer
            ),
        )
        assert case.concern.notes.filter(state__in=[S.HANDLED, S.PASSED_ON]).count() == 1


@pytest.mark.django_db(transaction=True)
def test_pressing_send_twice_reports_once(clock):
    centre, key = CentreFactory(), uuid4()
    outcomes = race(range(4), lambda _n: services.report_concern(centre, story=STORY, submission_key=key))
    assert outcomes == {"won": 4}
    assert Concern.objects.count() == 1
