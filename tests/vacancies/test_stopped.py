"""Who is barred or suspended, and an organisation that takes no part: what stops at once."""

from datetime import date, time

import pytest
from django.core import mail
from django.test import Client

from common.checkin import CodeNotValid
from common.errors import InvalidTransition
from common.seating import SeatState
from events.models import EventRecord
from events.services import record
from events.worker import Worker
from notifications.enums import NoticeKind
from notifications.models import Notice
from notifications.push.message import message_for
from people.agenda import appointments_of
from people.enums import OrganisationState
from people.models import Organisation, User
from people.services import suspend_user
from safeguarding.enums import DecisionOutcome, Requirement, ScreeningState
from safeguarding.events import DecisionConfirmed
from safeguarding.models import Screening
from tests.factories.people import CoordinatorFactory, ScreeningFactory, UserFactory, VolunteerFactory
from tests.factories.schools import SchoolTown
from tests.factories.shifts import ShiftTown
from tests.factories.vacancies import make_bank, published
from tests.vacancies.test_actions import joins
from tests.vacancies.test_actions import published as published_task
from vacancies import services
from vacancies.enums import ApplicationState, PlacementState, VacancyState
from vacancies.errors import ActionNotOpen, NotForThisAge, VacancyGone, VolunteerStopped
from vacancies.models import ActionTask, Placement, ShiftSeat, Vacancy

pytestmark = pytest.mark.django_db

ASKS_VOG = Requirement.to_mask([Requirement.VOG])
SIXTEEN = date(2009, 4, 1)  # the clock stands at Tuesday 3 June 2025, 10:00


def barred(volunteer):
    """As two people have decided."""
    return ScreeningFactory(volunteer=volunteer, requirement=Requirement.TALK, state=ScreeningState.BLOCKED)


def happened(kind):
    return EventRecord.objects.filter(type=f"vacancies.{kind}").count()


def test_who_is_barred_helps_nowhere_also_where_nothing_is_asked(clock):
    town, bank = ShiftTown(), make_bank()
    volunteer, shift, task = town.volunteer(), town.shift(days=0, at="11:00"), published_task(town)
    answer = services.send_application(published(bank), message="", by=volunteer.user)
    seat = services.sign_up(shift, volunteer, by=volunteer.user)
    barred(volunteer)
    for verb in (
        lambda: services.sign_up(town.shift(), volunteer, by=volunteer.user),
        lambda: services.check_in(seat, by=town.contact),
        lambda: joins(task, volunteer.user),
        lambda: services.send_application(published(bank, title="Nog een"), message="", by=volunteer.user),
        lambda: services.start_application(answer, by=bank.manager),
    ):
        with pytest.raises(VolunteerStopped):
            verb()
    Screening.objects.all().delete()
    assert services.check_in(seat, by=town.contact).state == SeatState.ATTENDED


def decided(volunteer, step, state):
    """As two people have decided, and the worker after them."""
    row, _made = Screening.objects.update_or_create(
        volunteer=volunteer, requirement=step, defaults={"state": state}
    )
    decision = row.decisions.create(outcome=state, proposed_as="coordinator")
    event = DecisionConfirmed(
        decision_id=decision.pk, volunteer_id=volunteer.pk, centre_id=volunteer.centre_id
    )
    record(event)
    Worker().run_due()


def test_a_place_reaches_nobody_whose_certificate_does_not_hold_on_its_day(clock):
    """The shift is on Friday; the certificate turns out to end the day before it, and is renewed."""
    town = ShiftTown(screening=ASKS_VOG)
    lacking, other = (town.volunteer(screened=True) for _ in range(2))
    moment = {"day": date(2025, 6, 6), "begins": time(14), "ends": time(16)}
    (shift,) = services.plan_shifts(town.vacancy, moment, capacity=2, by=town.contact)
    seats = {each: services.sign_up(shift, each, by=each.user) for each in (lacking, other)}
    told = Notice.objects.create(
        user=lacking.user, kind=NoticeKind.SHIFT_REMINDER, object_id=seats[lacking].pk, event_id=0
    )
    certificate = Screening.objects.filter(volunteer=lacking, requirement=Requirement.VOG)
    client = Client()
    client.force_login(lacking.user)

    def reached():
        page = client.get(f"/mijn-diensten/{seats[lacking].pk}/").content.decode()
        return {
            "agenda": len(appointments_of(lacking.user)) == 1,
            "calendar": client.get(f"/mijn-diensten/{seats[lacking].pk}/agenda.ics").status_code == 200,
            "phone": message_for(told) is not None,
            "page": "Eerst nog iets anders" not in page,
        }

    certificate.update(valid_until=date(2025, 6, 6))
    assert reached() == dict.fromkeys(reached(), True)
    certificate.update(valid_until=date(2025, 6, 5))
    assert reached() == dict.fromkeys(reached(), False)
    assert len(appointments_of(other.user)) == 1
    clock.forward(days=2)  # Thursday; the reminders go at nine
    Worker().run_due()
    reminded = EventRecord.objects.filter(type="vacancies.shift_reminded")
    assert [record.event.volunteer_id for record in reminded] == [other.pk]
    certificate.update(valid_until=None)
    assert reached() == dict.fromkeys(reached(), True)
    assert ShiftSeat.objects.filter(state=SeatState.CONFIRMED).count() == 2, "it was theirs all the time"


def test_a_place_stands_while_the_vacancy_itself_takes_nobody_new(clock):
    """New words go by the centre, and a term ends: who has a date comes all the same."""
    town = ShiftTown()
    volunteer = town.volunteer()
    moment = {"day": date(2025, 6, 6), "begins": time(14), "ends": time(16)}
    (shift,) = services.plan_shifts(town.vacancy, moment, capacity=2, by=town.contact)
    seat = services.sign_up(shift, volunteer, by=volunteer.user)
    told = Notice.objects.create(
        user=volunteer.user, kind=NoticeKind.SHIFT_REMINDER, object_id=seat.pk, event_id=0
    )
    client = Client()
    client.force_login(volunteer.user)
    for state in (VacancyState.PAUSED, VacancyState.EXPIRED, VacancyState.REVIEW):
        Vacancy.objects.update(state=state)
        assert len(appointments_of(volunteer.user)) == 1
        assert client.get(f"/mijn-diensten/{seat.pk}/agenda.ics").status_code == 200
        assert message_for(told) is not None
    clock.forward(days=2)  # Thursday; the reminders go at nine
    Worker().run_due()
    assert happened("shift_reminded") == 1
    clock.at(shift.starts_at)
    here = ShiftSeat.objects.get()
    assert services.check_in(here, by=town.contact).state == SeatState.ATTENDED
    services.reopen_seat(here, by=town.contact)
    Organisation.objects.update(state=OrganisationState.SUSPENDED)
    with pytest.raises(VacancyGone):
        services.check_in(ShiftSeat.objects.get(), by=town.coordinator)
    Organisation.objects.update(state=OrganisationState.APPROVED)
    clock.forward(hours=-1)
    services.give_up(seat, by=volunteer.user)
    assert message_for(told) is None, "who gave the place up is not told to come"


@pytest.mark.parametrize("state", [ScreeningState.REFUSED, ScreeningState.BLOCKED])
def test_what_two_people_decide_ends_what_asks_for_it(clock, state):
    """Refused closes what asks the step, blocked everything; what was only talked about may go on."""
    town, bank = ShiftTown(screening=ASKS_VOG), make_bank()
    volunteer, waits = (town.volunteer(screened=True) for _ in range(2))
    asking = town.shift(capacity=1)
    seats = [services.sign_up(asking, each, by=each.user) for each in (volunteer, waits)]
    free = published(bank, title="Zonder eisen")
    answers = {}
    for name, fields in (
        ("begun", {"screening": ASKS_VOG}),
        ("talking", {"screening": ASKS_VOG}),
        ("free", {}),
    ):
        vacancy = free if name == "free" else published(bank, title=name, **fields)
        answers[name] = services.send_application(vacancy, message="", by=volunteer.user)
    for name in ("begun", "free"):
        services.start_application(answers[name], by=bank.manager)
    decided(volunteer, Requirement.VOG, state)
    for row in (*seats, *answers.values()):
        row.refresh_from_db()
    blocked = state == ScreeningState.BLOCKED
    assert [seat.state for seat in seats] == [SeatState.CANCELLED, SeatState.CONFIRMED]
    assert {name: answer.state for name, answer in answers.items()} == {
        "begun": ApplicationState.ENDED,
        "talking": ApplicationState.WITHDRAWN if blocked else ApplicationState.SENT,
        "free": ApplicationState.ENDED if blocked else ApplicationState.STARTED,
    }


@pytest.mark.parametrize("state", [ScreeningState.REFUSED, ScreeningState.BLOCKED])
def test_what_two_people_decide_stops_a_placement_also_of_who_was_suspended_first(clock, state):
    town, bank = SchoolTown(screening=ASKS_VOG), make_bank()
    student = town.student(SIXTEEN)
    volunteer = VolunteerFactory(user=student.user, centre=town.centre, screened=True)
    placement = town.placement(student)
    answer = services.send_application(published(bank, screening=ASKS_VOG), message="", by=student.user)
    services.start_application(answer, by=bank.manager)
    decided(volunteer, Requirement.TALK, ScreeningState.REFUSED)
    placement.refresh_from_db()
    assert placement.state == PlacementState.AGREED, "nobody asked for that step there"
    User.objects.filter(pk=student.user_id).update(suspended_at=clock.now())
    decided(volunteer, Requirement.VOG, state)
    for row in (placement, answer):
        row.refresh_from_db()
    assert (placement.state, answer.state) == (PlacementState.STOPPED, ApplicationState.ENDED)


def test_places_of_who_is_barred_or_suspended_go_to_who_waits(clock):

    town = SchoolTown()
    first, second, next_one, last = (town.volunteer() for _ in range(4))
    shift, task = town.shift(capacity=2), published_task(town, capacity=2)
    for each in (first, second, next_one, last):
        services.sign_up(shift, each, by=each.user)
        joins(task, each.user)
    student = town.student(SIXTEEN)
    placement = town.placement(student)
    screening = barred(first)
    decision = screening.decisions.create(outcome=DecisionOutcome.BLOCKED, proposed_as="coordinator")
    record(DecisionConfirmed(decision_id=decision.pk, volunteer_id=first.pk, centre_id=town.centre.pk))
    Worker().run_due()
    suspend_user(second.user, by=town.coordinator)
    suspend_user(student.user, by=None)
    Worker().run_due()
    assert set(shift.seats.filter(state="confirmed").values_list("holder", flat=True)) == {
        next_one.pk,
        last.pk,
    }
    assert set(task.seats.filter(state="confirmed").values_list("holder", flat=True)) == {
        next_one.user_id,
        last.user_id,
    }
    placement.refresh_from_db()
    assert placement.state == PlacementState.STOPPED


def test_nobody_starts_who_is_suspended_or_known_to_be_too_young(clock):
    bank = make_bank()
    town = ShiftTown()
    young, old = town.volunteer(adult=False), town.volunteer(adult=True)
    vacancy = published(bank, minimum_age=18)
    answers = [services.send_application(vacancy, message="", by=each.user) for each in (young, old)]
    with pytest.raises(NotForThisAge):
        services.start_application(answers[0], by=bank.manager)
    suspend_user(old.user, by=None)
    with pytest.raises(VolunteerStopped):
        services.move_application(answers[1], to=ApplicationState.TRIAL, by=bank.manager)


def test_a_suspended_organisation_sees_nobody_and_reminds_nobody(clock):
    town = SchoolTown()
    student = town.student(SIXTEEN)
    placement = town.placement(student)
    entry = services.enter_hours(
        placement, day=date(2025, 6, 2), begins=time(15, 30), ends=time(17), by=student.user
    )
    link = services.hours_token(entry)
    volunteer = town.volunteer()
    moment = {"day": date(2025, 6, 6), "begins": time(14), "ends": time(16)}
    (shift,) = services.plan_shifts(town.vacancy, moment, capacity=1, by=town.contact)
    services.sign_up(shift, volunteer, by=volunteer.user)
    task = published_task(town)
    joins(task, volunteer.user)
    person = UserFactory(name="Noor Vos")
    services.send_application(town.vacancy, message="", by=person)
    contact, desk = Client(), Client()
    contact.force_login(town.contact)
    desk.force_login(town.coordinator)
    pages = [f"/organisatie/{town.organisation.pk}/", f"/organisatie/vacatures/{town.vacancy.pk}/"]
    for page in pages:
        assert "Noor Vos" in contact.get(page).content.decode()
    shown = [(each.what, each.where) for each in appointments_of(volunteer.user)]
    assert shown == [
        ("Dienst: Gastheer of gastvrouw", "Dorpsstraat 1, Nieuwegein"),
        ("Actie: De tuin van De Kom winterklaar", "Dorpsstraat 1"),
    ]

    services.suspend_organisation(town.organisation, note="Eerst praten.", by=town.coordinator)
    for page in pages:
        shown = contact.get(page)
        assert (shown.status_code, "Noor Vos" in shown.content.decode()) == (200, False)
        assert "Noor Vos" in desk.get(page).content.decode()
    assert Client().get(f"/stage/tekenen/{link}/").status_code == CodeNotValid.status
    with pytest.raises(InvalidTransition):
        services.enter_hours(
            Placement.objects.get(),
            day=date(2025, 6, 3),
            begins=time(15, 30),
            ends=time(16),
            by=student.user,
        )
    assert appointments_of(volunteer.user) == []
    with pytest.raises(ActionNotOpen):
        services.sign_up_for_task(ActionTask.objects.get(), by=CoordinatorFactory(town.centre))
    clock.forward(days=4)  # Saturday: both reminders were due
    Worker().run_due()
    assert (happened("shift_reminded"), happened("task_reminded")) == (0, 0)
    assert ShiftSeat.objects.get().state == SeatState.CONFIRMED  # it may come back


def test_everybody_with_a_coming_place_hears_once_that_an_organisation_stops_and_comes_back(clock):
    town = SchoolTown()
    shift, earlier = town.shift(capacity=1), town.shift(days=0, at="11:00")
    task = published_task(town, capacity=1)
    many, waits, was_there, gave_up = (town.volunteer() for _ in range(4))
    seat, _first = services.sign_up(shift, many, by=many.user), services.sign_up(shift, waits, by=waits.user)
    own, _second = joins(task, many.user), joins(task, waits.user)
    services.sign_up(earlier, was_there, by=was_there.user)
    services.give_up(services.sign_up(shift, gave_up, by=gave_up.user), by=gave_up.user)
    student = town.student(SIXTEEN)
    town.placement(student)
    mate, elsewhere = UserFactory(), joins(published_task(ShiftTown()))
    joins(task, mate)
    clock.forward(hours=4)  # the earlier shift is over
    Worker().run_due()
    Notice.objects.all().delete()
    mail.outbox.clear()

    def heard() -> dict:
        Worker().run_due()
        kinds = {}
        for notice in Notice.objects.exclude(kind="organisation_decided").select_related("user"):
            kinds.setdefault(notice.user, []).append(notice.kind)
        return kinds

    def mailed() -> list[str]:
        return sorted(to for message in mail.outbox for to in message.to)

    expected = (many.user, waits.user, student.user, mate)
    services.suspend_organisation(town.organisation, note="Eerst praten.", by=town.coordinator)
    assert heard() == {user: ["organisation_paused"] for user in expected}
    assert mailed() == sorted(user.email for user in expected)
    assert elsewhere.holder.email not in mailed()
    # The place stays, and is seen; it can be given up, and nobody moves up to where nobody need come.
    client = Client()
    pages = {many: f"/mijn-diensten/{seat.pk}/", student: "/stage/", waits: f"/acties/{task.action_id}/"}
    for person, path in pages.items():
        client.force_login(person.user)
        shown = client.get(path)
        assert (shown.status_code, "Je hoeft nu niet te komen" in shown.content.decode()) == (200, True), path
        notice = Notice.objects.get(user=person.user)
        assert client.get(f"/berichten/{notice.pk}/", follow=True).status_code == 200
    assert Client().get(pages[waits]).status_code == 404
    client.force_login(many.user)
    client.post(f"/acties/plekken/{own.pk}/afmelden/")
    services.give_up(seat, by=many.user)
    Notice.objects.all().delete()
    assert heard() == {town.contact: ["shift_given_up"]}
    Notice.objects.all().delete()
    services.approve_organisation(town.organisation, checks=0b11111, by=town.coordinator)
    told = heard()
    assert sorted(told.pop(waits.user)) == ["organisation_returned", "shift_moved_up", "task_moved_up"]
    assert told == {user: ["organisation_returned"] for user in (student.user, mate)}


def test_what_has_changed_again_meanwhile_is_not_told(clock):
    town = ShiftTown()
    volunteer = town.volunteer()
    services.sign_up(town.shift(), volunteer, by=volunteer.user)
    Worker().run_due()
    services.suspend_organisation(town.organisation, note="Eerst praten.", by=town.coordinator)
    services.approve_organisation(town.organisation, checks=0b11111, by=town.coordinator)
    Worker().run_due()
    assert not Notice.objects.filter(kind="organisation_paused").exists()


def test_an_organisation_is_not_asked_for_without_end(clock, client, settings):
    make_bank()
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "request_organisation": "2/h/ip"}
    asked = {
        "name": "Stichting Zon",
        "postcode": "3431AB",
        "contact_name": "Ria",
        "contact_email": "ria@zon.example",
    }
    answers = [client.post("/organisaties/aanmelden/", asked).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_the_answer_of_another_on_the_same_computer_is_not_sent(client):
    vacancy = published(make_bank())
    answer = {"message": "Ik kom!", "name": "Noor Vos", "email": "noor@voorbeeld.nl", "phone": ""}
    client.post(f"/vacatures/{vacancy.pk}/aanmelden/", answer)
    kept = dict(client.session)
    client.force_login(UserFactory(email="buur@voorbeeld.nl"))
    session = client.session
    session.update({"answer": kept["answer"]})
    session.save()
    client.get("/vacatures/aanmelden/klaar/")
    assert not vacancy.applications.exists()
