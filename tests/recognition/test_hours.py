"""Hours: proposed by what was done, entered, signed, refused; never twice, never more than a day holds."""

from contextlib import suppress
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from common import clock as time
from common.errors import DomainError, Forbidden, InvalidInput, InvalidTransition, NotFound
from events.models import EventRecord
from events.services import record
from events.worker import Worker
from help_requests.enums import RequestKind
from matching.enums import AssignmentState
from matching.events import AssignmentDone
from matching.models import Assignment
from people.enums import HelpCategory
from recognition import queries, services
from recognition.enums import HOURS_TRANSITIONS, HoursState, RefusalReason, Source
from recognition.errors import AlreadyEntered, DayIsFull
from recognition.models import HourEntry
from tests.factories.matching import Town
from tests.factories.people import CoordinatorFactory, UserFactory
from tests.factories.recognition import done_task, hours, on, organisation_with_contact, started_work

pytestmark = pytest.mark.django_db
TODAY = date(2025, 6, 3)


@pytest.fixture
def town(clock) -> Town:
    return Town(volunteers=2)


def tell_done(assignment: Assignment) -> None:
    with transaction.atomic():
        record(
            AssignmentDone(
                assignment_id=assignment.pk,
                request_id=assignment.request_id,
                volunteer_id=assignment.volunteer_id,
                centre_id=assignment.request.centre_id,
            )
        )
    Worker().run_due()


def types_about(entry: HourEntry) -> list[str]:
    found = EventRecord.objects.filter(payload__entry_id=str(entry.pk)).order_by("pk")
    return [each.type.removeprefix("recognition.hours_") for each in found]


def test_a_task_that_is_done_is_put_before_the_volunteer_once_with_the_planned_length(town):
    assignment = done_task(town)
    tell_done(assignment)
    tell_done(assignment)
    user = assignment.volunteer.user
    entry = queries.to_confirm(user).get()
    assert (entry.minutes, entry.day, entry.category) == (60, TODAY, HelpCategory.GROCERIES)
    assert (entry.source, entry.source_id) == (Source.TASK, assignment.pk)
    # It counts for nobody until the volunteer has said yes.
    assert queries.minutes_given(user) == 0
    services.confirm_hours(entry, by=user)
    assert queries.minutes_given(user) == 60
    assert types_about(entry) == ["proposed", "approved"]


def test_help_that_goes_on_is_not_put_forward_as_one_task(town):
    town.request.kind = RequestKind.BUDDY
    town.request.save()
    tell_done(done_task(town, state=AssignmentState.ENDED))
    assert not HourEntry.objects.exists()


@pytest.mark.parametrize(
    ("minutes", "state"), [(45, HoursState.APPROVED), (60, HoursState.APPROVED), (61, HoursState.WAITING)]
)
def test_the_volunteers_word_is_enough_up_to_what_was_planned(town, minutes, state):
    assignment = done_task(town)
    tell_done(assignment)
    entry = services.confirm_hours(HourEntry.objects.get(), by=assignment.volunteer.user, minutes=minutes)
    assert (entry.state, entry.minutes) == (state, minutes)
    with pytest.raises(InvalidTransition):
        services.confirm_hours(entry, by=assignment.volunteer.user)


def test_own_hours_wait_for_the_organisation_and_many_are_signed_at_once(town):
    organisation, contact = organisation_with_contact(town)
    user = town.volunteers[0].user
    made = [
        services.enter_hours(
            user, **on(TODAY - timedelta(days=days)), organisation=organisation, note="Soep gekookt", by=user
        )
        for days in range(3)
    ]
    assert list(queries.entries_to_sign(contact)) == made[::-1]
    services.withdraw_hours(made[2], by=user)
    # What changed meanwhile is left as it is; the others are signed.
    assert services.approve_hours(made, by=contact) == 2
    assert queries.minutes_given(user) == 120
    assert services.approve_hours(made, by=contact) == 0
    assert not queries.entries_to_sign(contact)


def test_only_who_was_there_signs_and_nobody_for_themselves(town):
    organisation, contact = organisation_with_contact(town)
    _other, stranger = organisation_with_contact(town)
    user = town.volunteers[0].user
    entry = hours(user, town, organisation=organisation)
    for somebody in (stranger, user, CoordinatorFactory(), UserFactory()):
        with pytest.raises(NotFound):
            services.approve_hours([entry], by=somebody)
        with pytest.raises(NotFound):
            services.refuse_hours(entry, RefusalReason.NOT_WITH_US, by=somebody)
        assert entry not in queries.entries_to_sign(somebody)
    own = hours(contact, town, organisation=organisation)
    with pytest.raises(NotFound):
        services.approve_hours([entry, own], by=contact)
    entry.refresh_from_db()
    assert entry.state == HoursState.WAITING
    assert services.approve_hours([own], by=town.coordinator) == 1


def test_an_organisation_that_is_not_approved_signs_nothing(town):
    organisation, contact = organisation_with_contact(town)
    entry = hours(town.volunteers[0].user, town, organisation=organisation)
    organisation.state = "suspended"
    organisation.save()
    with pytest.raises(NotFound):
        services.approve_hours([entry], by=contact)
    assert not queries.entries_to_sign(contact).exists()


def test_what_is_refused_says_why_and_can_be_mended(town):
    user = town.volunteers[0].user
    entry = hours(user, town)
    services.refuse_hours(entry, RefusalReason.OTHER_LENGTH, by=town.coordinator)
    assert (entry.refusal, entry.decided_by) == (RefusalReason.OTHER_LENGTH, town.coordinator)
    services.correct_hours(entry, **on(TODAY, 90), by=user)
    assert (entry.state, entry.minutes, entry.refusal) == (HoursState.WAITING, 90, "")
    services.approve_hours([entry], by=town.coordinator)
    entry.refresh_from_db()
    with pytest.raises(InvalidTransition):
        services.withdraw_hours(entry, by=user)
    with pytest.raises(InvalidTransition):
        services.correct_hours(entry, **on(TODAY, 30), by=user)
    # A signature given by mistake is taken back.
    services.refuse_hours(entry, RefusalReason.DOUBLE, by=town.coordinator)
    assert queries.minutes_given(user) == 0


def test_hours_are_not_moved_to_a_day_that_has_them_already(town, clock):
    user = town.volunteers[0].user
    role = {"source": Source.ROLE, "source_id": uuid4()}
    hours(user, town, **role)
    other = hours(user, town, **role, day=TODAY - timedelta(days=1), state=HoursState.REFUSED)
    with pytest.raises(AlreadyEntered):
        services.correct_hours(other, **on(TODAY, 60), by=user)
    services.correct_hours(other, **on(TODAY - timedelta(days=2), 60), by=user)


def test_a_day_has_24_hours_over_all_entries_that_count(town):
    user = town.volunteers[0].user
    hours(user, town, minutes=20 * 60)
    hours(user, town, minutes=20 * 60, state=HoursState.REFUSED)
    hours(town.volunteers[1].user, town, minutes=20 * 60)
    with pytest.raises(DayIsFull):
        services.enter_hours(user, **on(TODAY, 241), by=user)
    entry = services.enter_hours(user, **on(TODAY, 240), by=user)
    services.refuse_hours(entry, RefusalReason.OTHER_LENGTH, by=town.coordinator)
    with pytest.raises(DayIsFull):
        services.correct_hours(entry, **on(TODAY, 241), by=user)
    services.correct_hours(entry, **on(TODAY, 240), by=user)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"day": TODAY + timedelta(days=1)}, "day"),
        ({"day": TODAY - timedelta(days=367)}, "day"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"note": "Bel me op 06 12345678"}, "note"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field(town, wrong, field):
    user = town.volunteers[0].user
    with pytest.raises(InvalidInput) as refused:
        services.enter_hours(user, **{**on(TODAY), **wrong}, by=user)
    assert refused.value.field == field
    assert not HourEntry.objects.exists()


def test_nobody_enters_hours_for_someone_else_or_with_a_strange_organisation(town):
    user = town.volunteers[0].user
    with pytest.raises(Forbidden):
        services.enter_hours(user, **on(TODAY), by=town.coordinator)
    elsewhere, _contact = organisation_with_contact(Town(volunteers=0))
    with pytest.raises(InvalidInput):
        services.enter_hours(user, **on(TODAY), organisation=elsewhere, by=user)
    # Who helps nowhere has no centre that could sign.
    stranger = UserFactory()
    with pytest.raises(InvalidInput):
        services.enter_hours(stranger, **on(TODAY), by=stranger)


def test_a_visit_of_help_that_goes_on_is_entered_once_a_day(town):
    assignment = done_task(town, state=AssignmentState.ACTIVE)
    user = assignment.volunteer.user
    assert list(queries.running_help(user)) == [assignment]
    services.enter_visit(assignment, **on(TODAY), by=user)
    services.enter_visit(assignment, **on(TODAY - timedelta(days=7)), by=user)
    with pytest.raises(AlreadyEntered):
        services.enter_visit(assignment, **on(TODAY), by=user)
    with pytest.raises(Forbidden):
        services.enter_visit(assignment, **on(TODAY), by=town.volunteers[1].user)
    assignment.state = AssignmentState.ENDED
    with pytest.raises(InvalidTransition):
        services.enter_visit(assignment, **on(TODAY - timedelta(days=1)), by=user)


def test_who_works_through_a_vacancy_keeps_hours_without_being_a_volunteer_of_the_centre(town):
    organisation, contact = organisation_with_contact(town)
    user = UserFactory()
    assert not queries.gives_help(user)
    application = started_work(user, organisation, "Kok in het buurthuis")
    assert queries.gives_help(user)
    entry = services.enter_role(application, **on(TODAY, 180), by=user)
    assert (entry.kind, entry.with_whom) == ("Kok in het buurthuis", organisation.name)
    with pytest.raises(AlreadyEntered):
        services.enter_role(application, **on(TODAY, 60), by=user)
    with pytest.raises(NotFound):
        services.enter_role(application, **on(TODAY - timedelta(days=1)), by=contact)
    assert services.approve_hours([entry], by=contact) == 1
    (year,) = queries.hours_by_year(user)
    assert (year.year, year.minutes, year.kinds) == (2025, 180, [("Kok in het buurthuis", 180)])


def test_the_database_itself_refuses_a_second_entry_of_one_source_and_a_day_of_25_hours(town):
    user, source = town.volunteers[0].user, uuid4()
    hours(user, town, source=Source.TASK, source_id=source)
    for wrong in (
        {"source": Source.TASK, "source_id": source, "day": TODAY - timedelta(days=1)},
        {"minutes": 25 * 60},
        {"minutes": 0},
        {"source": Source.OWN, "source_id": uuid4()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            hours(user, town, **wrong)


def test_only_the_steps_of_the_table_are_possible(town):
    user = town.volunteers[0].user
    steps = {
        HoursState.APPROVED: lambda entry: services.approve_hours([entry], by=town.coordinator),
        HoursState.WITHDRAWN: lambda entry: services.withdraw_hours(entry, by=user),
        HoursState.REFUSED: lambda entry: services.refuse_hours(
            entry, RefusalReason.DOUBLE, by=town.coordinator
        ),
    }
    for before in HoursState:
        for after, step in steps.items():
            entry = hours(user, town, state=before, minutes=1)
            with suppress(DomainError):
                step(entry)
            entry.refresh_from_db()
            # What is put forward is signed by the volunteer's own word, never by somebody else's.
            possible = after in HOURS_TRANSITIONS[before] and (before, after) != (
                HoursState.PROPOSED,
                HoursState.APPROVED,
            )
            assert (entry.state == after) == (possible or before == after), (before, after)


def test_hours_are_told_by_year_and_kind_with_the_most_first(town):
    user = town.volunteers[0].user
    organisation, _contact = organisation_with_contact(town)
    given = {"state": HoursState.APPROVED}
    hours(user, town, category=HelpCategory.TRANSPORT, minutes=60, **given)
    hours(user, town, category=HelpCategory.TRANSPORT, minutes=30, day=date(2024, 12, 31), **given)
    hours(user, town, category=HelpCategory.GARDEN, minutes=90, organisation=organisation, **given)
    hours(user, town, category=HelpCategory.GARDEN, minutes=999)
    hours(town.volunteers[1].user, town, minutes=300, **given)
    years = queries.hours_by_year(user)
    assert [(year.year, year.minutes) for year in years] == [(2025, 150), (2024, 30)]
    assert [minutes for _name, minutes in years[0].kinds] == [90, 60]
    roles = queries.roles_of(user)
    assert {work.with_whom for work in roles} == {organisation.name, town.centre.name}
    assert [(work.first, work.last) for work in roles if work.with_whom == town.centre.name] == [
        (date(2024, 12, 31), time.today())
    ]
