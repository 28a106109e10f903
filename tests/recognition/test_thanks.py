"""Thanks and anniversaries: warm, once, and about nobody else."""

from datetime import UTC, datetime

import pytest

from common.errors import InvalidInput, InvalidTransition, NotFound
from events.models import EventRecord
from events.worker import Worker
from matching.enums import AssignmentState
from people.models import Volunteer
from recognition import queries, services
from recognition.enums import Giver, HoursState, MilestoneKind, Warmth
from recognition.errors import AlreadyThanked
from recognition.models import Milestone, Thanks
from tests.factories.matching import Town
from tests.factories.people import CoordinatorFactory, UserFactory
from tests.factories.recognition import done_task, hours, organisation_with_contact, started_work

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(clock) -> Town:
    return Town(volunteers=2)


def told(kind: str) -> list[str]:
    return [each.payload.get("kind", "") for each in EventRecord.objects.filter(type=f"recognition.{kind}")]


def since(volunteer: Volunteer, *day: int) -> None:
    Volunteer.objects.filter(pk=volunteer.pk).update(created_at=datetime(*day, 12, tzinfo=UTC))


def test_a_resident_says_thank_you_once_for_help_that_was_given(town):
    assignment = done_task(town)
    thanks = services.thank_for_help(
        assignment, Warmth.HAPPY, words="  De soep was heerlijk. ", by=town.resident_user
    )
    assert (thanks.giver, thanks.words) == (Giver.RESIDENT, "De soep was heerlijk.")
    assert list(queries.thanks_of(assignment.volunteer.user)) == [thanks]
    assert told("thanked") == [""]
    with pytest.raises(AlreadyThanked):
        services.thank_for_help(assignment, Warmth.TIME, by=town.resident_user)
    for somebody in (UserFactory(), assignment.volunteer.user, town.volunteers[1].user, CoordinatorFactory()):
        with pytest.raises(NotFound):
            services.thank_for_help(assignment, Warmth.HAPPY, by=somebody)
        assert queries.thankable_assignment(somebody, assignment.pk) is None
    # The words are nobody else's to read, and stand encrypted.
    assert not queries.thanks_visible_to(town.volunteers[1].user)
    assert "soep" not in str(Thanks.objects.extra(select={"raw": "words"}).values_list("raw", flat=True)[0])


@pytest.mark.parametrize("words", ["Bel 06 12345678", "mail mij: ria@voorbeeld.nl", "x" * 201])
def test_words_that_tell_too_much_are_refused_kindly(town, words):
    with pytest.raises(InvalidInput) as refused:
        services.thank_for_help(done_task(town), Warmth.HAPPY, words=words, by=town.resident_user)
    assert refused.value.field == "words"
    assert not Thanks.objects.exists()


def test_nobody_is_thanked_for_help_that_was_not_given(town):
    assignment = done_task(town, state=AssignmentState.PLANNED)
    with pytest.raises(InvalidTransition):
        services.thank_for_help(assignment, Warmth.HAPPY, by=town.resident_user)
    assert queries.thankable_assignment(town.resident_user, assignment.pk) is None


def test_an_organisation_thanks_who_gave_it_hours_and_nobody_else(town):
    organisation, contact = organisation_with_contact(town)
    first, second = (volunteer.user for volunteer in town.volunteers)
    hours(first, town, organisation=organisation, state=HoursState.APPROVED)
    hours(second, town, organisation=organisation)
    thanks = services.thank_volunteer(first, Warmth.RELY, by=contact)
    assert (thanks.giver, thanks.organisation) == (Giver.ORGANISATION, organisation)
    with pytest.raises(NotFound):
        services.thank_volunteer(second, Warmth.RELY, by=contact)
    assert services.thank_volunteer(second, Warmth.TIME, by=town.coordinator).giver == Giver.CENTRE
    with pytest.raises(NotFound):
        services.thank_volunteer(town.coordinator, Warmth.TIME, by=town.coordinator)


def test_the_fiftieth_hour_is_told_once_and_of_several_at_once_only_the_highest(town):
    user = town.volunteers[0].user
    entries = [hours(user, town, minutes=10 * 60, day=datetime(2025, 5, 1 + n).date()) for n in range(10)]
    services.approve_hours(entries[:4], by=town.coordinator)
    Worker().run_due()
    assert not queries.milestones_of(user)
    services.approve_hours(entries[4:5], by=town.coordinator)
    Worker().run_due()
    assert [each.kind for each in queries.milestones_of(user)] == [MilestoneKind.HOURS_50]
    services.approve_hours(entries[5:], by=town.coordinator)
    Worker().run_due()
    assert told("milestone_reached") == ["hours_50", "hours_100"]
    other = town.volunteers[1].user
    services.approve_hours(
        [hours(other, town, minutes=24 * 60, day=datetime(2025, 5, 1 + n).date()) for n in range(5)],
        by=town.coordinator,
    )
    Worker().run_due()
    assert {each.kind for each in queries.milestones_of(other)} == {"hours_50", "hours_100"}
    assert told("milestone_reached").count("hours_50") == 1


def test_an_anniversary_is_told_on_its_day_once(town, clock):
    first, second = town.volunteers
    since(first, 2024, 6, 4)
    since(second, 2020, 6, 3)
    clock.at(datetime(2025, 6, 3, 8, tzinfo=UTC))
    services.keep_anniversaries()
    # One year today is not until tomorrow; of five years the one that passed long ago is kept in silence.
    assert not queries.milestones_of(first.user)
    assert told("milestone_reached") == ["year_5"]
    assert {each.kind for each in queries.milestones_of(second.user)} == {"year_1", "year_5"}
    clock.forward(days=1)
    services.keep_anniversaries()
    services.keep_anniversaries()
    assert told("milestone_reached") == ["year_5", "year_1"]
    assert queries.milestones_of(first.user).get().reached_on == datetime(2025, 6, 4).date()


def test_who_started_through_a_vacancy_has_anniversaries_and_who_stopped_has_none(town, clock):
    organisation, _contact = organisation_with_contact(town)
    user = UserFactory()
    started_work(user, organisation)
    since(town.volunteers[0], 2024, 2, 29)
    Volunteer.objects.filter(pk=town.volunteers[1].pk).update(
        created_at=datetime(2024, 3, 1, tzinfo=UTC), state="left"
    )
    clock.at(datetime(2026, 6, 3, 8, tzinfo=UTC))
    services.keep_anniversaries()
    kept = {each.user_id: each.reached_on for each in Milestone.objects.all()}
    assert kept == {
        user.pk: datetime(2026, 6, 3).date(),
        town.volunteers[0].user_id: datetime(2025, 3, 1).date(),
    }
