"""One-day actions: with the centre first, then people alone and in groups, the day itself and the report."""

from datetime import date, time
from typing import Any

import pytest

from common.errors import Forbidden, InvalidInput, InvalidTransition, NotFound
from common.seating import Overlaps, SeatState
from events.models import EventRecord
from events.worker import Worker
from people.models import User
from tests.factories.people import UserFactory
from tests.factories.shifts import ShiftTown
from vacancies import services
from vacancies.enums import ActionState
from vacancies.errors import ActionNotOpen
from vacancies.models import Action, ActionTask, TaskSeat
from vacancies.queries.actions import came_to, campaign_figures, public_actions

pytestmark = pytest.mark.django_db

S = SeatState
DAY = date(2025, 6, 7)  # the clock stands at Tuesday 3 June 2025


def details(**changes: Any) -> services.ActionDetails:
    return {
        "campaign": "NLdoet 2025",
        "title": "De tuin van De Kom winterklaar",
        "description": "Samen snoeien en planten.",
        "on_date": DAY,
        "place": "Dorpsstraat 1",
        "bring": "Werkhandschoenen",
        "provided": "Lunch",
        **changes,
    }


def task_of(action: Action, town: ShiftTown, **changes: Any) -> ActionTask:
    values = {"title": "Snoeien", "begins": time(10), "ends": time(15), "capacity": 6, **changes}
    return services.add_task(action, by=town.contact, **values)


def published(town: ShiftTown, **task: Any) -> ActionTask:
    action = services.draft_action(town.organisation, by=town.contact, **details())
    made = task_of(action, town, **task)
    services.submit_action(action, by=town.contact)
    services.publish_action(action, by=town.coordinator)
    return ActionTask.objects.select_related("action__organisation").get(pk=made.pk)


def joins(task: ActionTask, user: User | None = None, **group: Any) -> TaskSeat:
    return services.sign_up_for_task(task, by=user or UserFactory(), **group)


def states(*seats: TaskSeat) -> list[str]:
    for seat in seats:
        seat.refresh_from_db()
    return [seat.state for seat in seats]


def happened(kind: str, **payload: str) -> int:
    found = EventRecord.objects.filter(type=f"vacancies.{kind}")
    return sum(payload.items() <= record.payload.items() for record in found)


def test_the_centre_looks_first(clock):
    town = ShiftTown()
    action = services.draft_action(town.organisation, by=town.contact, **details())
    with pytest.raises(InvalidInput):
        services.submit_action(action, by=town.contact)
    task = task_of(action, town)
    with pytest.raises(ActionNotOpen):
        joins(ActionTask.objects.get())
    services.submit_action(action, by=town.contact)
    with pytest.raises(Forbidden):
        services.publish_action(action, by=town.contact)
    services.send_back_action(action, note="Waar parkeren mensen?", by=town.coordinator)
    services.submit_action(action, by=town.contact)
    assert list(public_actions()) == []
    services.publish_action(action, by=town.coordinator)
    assert list(public_actions()) == [action]
    joins(ActionTask.objects.get())
    with pytest.raises(InvalidTransition):
        services.remove_task(task, by=town.contact)
    with pytest.raises(InvalidInput) as refused:
        services.edit_action(action, by=town.contact, **details(on_date=date(2025, 6, 8)))
    assert refused.value.field == "on_date"
    for stranger in (UserFactory(), ShiftTown().contact):
        with pytest.raises(Forbidden):
            services.edit_action(action, by=stranger, **details())


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"title": " "}, "title"), ({"on_date": date(2025, 6, 3)}, "on_date"), ({"place": ""}, "place")],
)
def test_an_action_lacks_nothing(clock, changes, field):
    town = ShiftTown()
    with pytest.raises(InvalidInput) as refused:
        services.draft_action(town.organisation, by=town.contact, **details(**changes))
    assert refused.value.field == field


def test_groups_take_as_many_places_and_wait_together(clock):
    town = ShiftTown()
    task = published(town, capacity=6)
    office, alone = joins(task, size=4, group_name="Gemeente"), joins(task)
    club, late = joins(task, size=3, group_name="Hockeyclub"), joins(task)
    assert states(office, alone, club, late) == [S.CONFIRMED, S.CONFIRMED, S.WAITLISTED, S.CONFIRMED]
    with pytest.raises(InvalidInput) as refused:
        joins(task, size=7, group_name="Te groot")
    assert refused.value.field == "size"
    with pytest.raises(InvalidInput) as refused:
        joins(task, size=2)
    assert refused.value.field == "group_name"
    one = joins(task)
    services.give_up_task(alone, by=alone.holder)  # one place: too few for the club, enough for who is alone
    assert states(club, one) == [S.WAITLISTED, S.CONFIRMED]
    services.give_up_task(office, by=office.holder)
    assert states(club) == [S.CONFIRMED]
    task.refresh_from_db()
    assert task.taken == 5
    with pytest.raises(NotFound):
        services.give_up_task(club, by=one.holder)
    services.give_up_task(club, by=town.contact)
    assert happened("task_seat_changed", change="cancelled", because="organiser") == 1


def test_an_action_and_a_shift_at_the_same_time(clock):
    town = ShiftTown()
    task = published(town)
    shift, volunteer = town.shift(days=4, at="14:00"), town.volunteer()
    services.sign_up(shift, volunteer, by=volunteer.user)
    with pytest.raises(Overlaps):
        joins(task, volunteer.user)


def test_the_day_itself_and_the_report(clock):
    town = ShiftTown()
    task = published(town, capacity=9)
    action = task.action
    group, alone, ill = joins(task, size=5, group_name="Bank"), joins(task), joins(task)
    with pytest.raises(InvalidInput):
        services.report_action(action, report="Mooi.", people_came=3, by=town.contact)
    clock.forward(days=2, hours=22, minutes=59)
    Worker().run_due()
    assert happened("task_reminded") == 0
    clock.forward(minutes=1)  # Friday 9:00
    Worker().run_due()
    assert happened("task_reminded") == 3
    clock.forward(days=1, hours=3)  # Saturday noon
    services.check_in_task(group, came=4, by=town.contact)
    services.check_in_task(alone, by=town.contact)
    services.miss_task(ill, by=town.contact)
    assert came_to(action) == 5
    done = services.report_action(action, report="De tuin is klaar.", people_came=5, by=town.contact)
    assert (done.state, done.people_came, done.reported_at) == (ActionState.REPORTED, 5, clock.now())
    assert campaign_figures(town.centre.pk, "NLdoet 2025") == {
        "actions": 1,
        "organisations": 1,
        "came": 5,
        "signed_up": 7,
    }
    with pytest.raises(InvalidTransition):
        services.cancel_action(action, by=town.contact)


def test_calling_off_tells_everyone(clock):
    town = ShiftTown()
    task = published(town, capacity=1)
    seats = [joins(task), joins(task)]
    services.cancel_action(task.action, by=town.contact)
    services.cancel_action(task.action, by=town.contact)
    assert states(*seats) == [S.CANCELLED, S.CANCELLED]
    assert happened("task_seat_changed", change="cancelled", because="event") == 2
    clock.forward(days=3)
    Worker().run_due()
    assert happened("task_reminded") == 0
