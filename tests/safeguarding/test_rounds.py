"""Reminders and the end of a step come by themselves, each once; and only to whom it concerns."""

from datetime import UTC, date, datetime, timedelta

import pytest

from events.models import EventRecord
from events.schedule import Scheduler
from events.worker import Worker
from people.enums import VolunteerState
from safeguarding.enums import Requirement, ScreeningState
from safeguarding.services import record_screening, remind, tell_expired
from tests.factories.people import VolunteerFactory, screen

pytestmark = pytest.mark.django_db
TODAY = date(2025, 6, 3)
VOG = Requirement.VOG


def told(kind):
    records = EventRecord.objects.filter(type=f"safeguarding.screening_{kind}").order_by("pk")
    return [record.payload.get("weeks", record.payload["requirement"]) for record in records]


class TestReminders:
    @pytest.mark.parametrize(
        ("days", "weeks"), [(57, []), (56, [8]), (15, [8]), (14, [2]), (0, [2]), (-1, [])]
    )
    def test_eight_and_two_weeks_before(self, clock, days, weeks):
        screen(VolunteerFactory(), VOG, valid_until=TODAY + timedelta(days=days))
        for _ in range(2):
            remind()
        assert told("expiring") == weeks

    def test_day_by_day_there_are_two(self, clock):
        volunteer = VolunteerFactory()
        screen(volunteer, VOG, valid_until=TODAY + timedelta(days=60))
        for _ in range(65):
            remind()
            clock.forward(days=1)
        assert told("expiring") == [8, 2]

    def test_a_renewed_step_begins_anew(self, clock):
        volunteer = VolunteerFactory()
        screen(volunteer, VOG, valid_until=TODAY + timedelta(days=10))
        remind()
        record_screening(volunteer, VOG, number="2", valid_until=TODAY + timedelta(days=40), by=None)
        remind()
        assert told("expiring") == [2, 8]

    def test_none_without_an_end_for_who_left_or_before_it_is_valid(self, clock):
        soon = TODAY + timedelta(days=10)
        screen(VolunteerFactory(), VOG)
        screen(VolunteerFactory(state=VolunteerState.LEFT), VOG, valid_until=soon)
        (refused,) = screen(VolunteerFactory(), VOG, valid_until=soon)
        refused.state = ScreeningState.REFUSED
        refused.save()
        remind()
        tell_expired()
        assert told("expiring") == told("expired") == []


class TestTheEnd:
    def test_it_is_told_on_the_first_day_without_and_once(self, clock):
        screen(VolunteerFactory(), VOG, valid_until=TODAY)
        tell_expired()
        assert told("expired") == []
        clock.forward(days=1)
        for _ in range(2):
            tell_expired()
        assert told("expired") == ["vog"]

    def test_after_a_week_without_a_worker_it_is_told_and_of_the_past_nothing_is(self, clock):
        screen(VolunteerFactory(), VOG, valid_until=TODAY - timedelta(days=7))
        screen(VolunteerFactory(), VOG, valid_until=TODAY - timedelta(days=32))
        tell_expired()
        assert told("expired") == ["vog"]


def test_the_day_ends_at_midnight_in_amsterdam_and_the_schedule_sees_to_it(clock):
    screen(VolunteerFactory(), VOG, valid_until=TODAY)
    scheduler = Scheduler()
    for hour, minute, wanted in ((21, 59, []), (22, 2, ["vog"])):
        clock.at(datetime(2025, 6, 3, hour, minute, tzinfo=UTC))
        scheduler.record_due(clock.now())
        Worker().run_due()
        assert told("expired") == wanted
