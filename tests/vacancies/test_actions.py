"""One-day actions: with the centre first, then people alone and in groups, the day itself and the report."""

import re
from datetime import date, datetime, time
from typing import Any

import pytest
from django.core import mail
from django.utils.timezone import localtime

from common.checkin import CodeNotValid, make_token
from common.errors import Forbidden, InvalidInput, InvalidTransition, NotFound
from common.seating import OutsideCheckIn, Overlaps, SeatState
from events.models import EventRecord
from events.worker import Worker
from notifications import telling
from notifications.models import Notice
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
    services.check_in_task(group, came=5, by=town.contact)
    services.check_in_task(group, came=4, by=town.contact)
    services.check_in_task(alone, by=town.contact)
    services.check_in_task(ill, by=town.contact)
    assert came_to(action) == 6
    services.reopen_task_seat(ill, by=town.contact)  # a slip of the finger
    services.miss_task(ill, by=town.contact)
    assert (states(ill), came_to(action)) == ([S.NO_SHOW], 5)
    services.check_in_task(group, came=0, by=town.contact)
    assert states(group) == [S.NO_SHOW]  # of who nobody is there nobody came
    services.check_in_task(group, came=4, by=town.contact)
    with pytest.raises(Forbidden):
        services.reopen_task_seat(group, by=group.holder)
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


def test_what_has_been_is_told_of_and_not_called_off(clock, client):
    town = ShiftTown()
    action = published(town).action
    client.force_login(town.contact, backend="django.contrib.auth.backends.ModelBackend")
    desk, off = f"/acties/{action.pk}/beheer/", f"/acties/{action.pk}/stap/afgelasten/"
    assert off in client.get(desk).content.decode()
    clock.forward(days=5)  # Sunday
    assert off not in client.get(desk).content.decode()
    with pytest.raises(InvalidInput):
        services.cancel_action(action, by=town.contact)
    told = client.post(off, follow=True).content.decode()
    assert "Deze actie is al geweest." in told
    action.refresh_from_db()
    assert action.state == ActionState.PUBLISHED


def test_calling_off_tells_everyone(clock):
    town = ShiftTown()
    task = published(town, capacity=1)
    seats = [joins(task), joins(task)]
    coffee, tents = (
        ActionTask.objects.get(pk=task_of(task.action, town, title=title, begins=at, ends=time(18)).pk)
        for title, at in (("Koffie", time(15)), ("Tenten", time(16)))
    )
    both, gone, left = joins(coffee, seats[0].holder), joins(tents), joins(coffee)
    services.give_up_task(left, by=left.holder)
    heard(gone.holder)
    mail.outbox.clear()
    services.call_off_task(tents, by=town.contact)  # and before anybody is told of that
    services.cancel_action(task.action, by=town.contact)
    services.cancel_action(task.action, by=town.contact)
    assert states(*seats, both) == [S.CANCELLED, S.CANCELLED, S.CANCELLED]
    assert happened("task_seat_changed", change="cancelled", because="event") == 4
    told = {user: heard(user) for user in (seats[0].holder, seats[1].holder, gone.holder, left.holder)}
    assert list(told.values()) == [["task_called_off"], ["task_called_off"], ["task_dropped"], []]
    # One mail each, that names what they need not come for: one, the other, or both.
    named = {
        each.to[0]: [title for title in ("Snoeien", "Koffie", "Tenten") if f"- {title}, " in each.body]
        for each in mail.outbox
    }
    assert len(mail.outbox) == 3
    assert named == {
        seats[0].holder.email: ["Snoeien", "Koffie"],
        seats[1].holder.email: ["Snoeien"],
        gone.holder.email: ["Tenten"],
    }
    clock.forward(days=3)
    Worker().run_due()
    assert happened("task_reminded") == 0


def test_the_desk_shows_first_who_is_to_be_ticked_now_and_folds_the_rest(clock, client):
    town = ShiftTown()
    now = published(town)  # from ten to three
    later, over, off = (
        ActionTask.objects.get(pk=task_of(now.action, town, title=title, begins=begins, ends=ends).pk)
        for title, begins, ends in (
            ("Soep", time(15), time(16)),
            ("Koffie", time(8), time(9)),
            ("Tenten", time(12), time(13)),
        )
    )
    seat, early = joins(now), joins(over)
    joins(later)
    services.call_off_task(off, by=town.contact)
    clock.at(over.ends_at)
    services.check_in_task(early, by=town.contact)
    clock.at(now.starts_at)

    def folded() -> dict[str, bool]:
        client.force_login(town.contact)
        shown = client.get(f"/acties/{now.action_id}/beheer/").content.decode()
        found = re.findall(r'<details class="sk-details" id="taak-([^"]+)"( open)?', shown)
        return {str(ActionTask.objects.get(pk=pk).title): not is_open for pk, is_open in found}

    first = {"Snoeien": False, "Soep": True, "Koffie": True, "Tenten": True}
    assert (folded(), list(folded())) == (first, list(first))
    services.check_in_task(seat, by=town.contact)
    assert folded() == {**first, "Snoeien": True}  # nobody is left to tick


def test_the_message_names_what_does_not_go_on(clock, client):
    town = ShiftTown()
    task = published(town)
    person = joins(task).holder
    joins(
        ActionTask.objects.get(
            pk=task_of(task.action, town, title="Koffie", begins=time(15), ends=time(16)).pk
        ),
        person,
    )
    services.cancel_action(task.action, by=town.contact)
    Worker().run_due()
    client.force_login(person)
    assert "De tuin van De Kom winterklaar: Snoeien, Koffie" in client.get("/berichten/").content.decode()


def test_trouble_with_one_holds_nobody_up_and_nobody_is_told_twice(clock, monkeypatch):
    """Moved, and stopped: a fault at the second of three; the others hear it once, and that one as well."""
    town = ShiftTown()
    task = published(town)
    seats = sorted((joins(task) for _ in range(3)), key=lambda seat: str(seat.holder_id))
    Worker().run_due()
    send, broken = telling.mail_user, seats[1].holder

    def fails(user: User, *args: Any, **told: Any) -> None:
        if user == broken:
            raise RuntimeError
        send(user, *args, **told)

    def told() -> list[tuple[list[str], int]]:
        Worker().run_due()
        kinds = Notice.objects.order_by("event_id")
        return [
            (
                list(kinds.filter(user=seat.holder).values_list("kind", flat=True)),
                sum(seat.holder.email in each.to for each in mail.outbox),
            )
            for seat in seats
        ]

    moved, both = ["action_moved"], ["action_moved", "organisation_paused"]
    for change, kinds, before in (
        (lambda: services.edit_action(task.action, by=town.contact, **details(place="Kerk 2")), moved, []),
        (
            lambda: services.suspend_organisation(town.organisation, note="!", by=town.coordinator),
            both,
            moved,
        ),
    ):
        mail.outbox.clear()
        change()
        with monkeypatch.context() as patch:
            patch.setattr(telling, "mail_user", fails)
            assert told() == [(kinds, 1), (before, 0), (kinds, 1)]
        clock.forward(minutes=5)
        assert told() == [(kinds, 1)] * 3


def heard(user: User) -> list[str]:
    """What someone was told, the first first; it is forgotten then."""
    Worker().run_due()
    kinds = list(Notice.objects.filter(user=user).order_by("event_id").values_list("kind", flat=True))
    Notice.objects.filter(user=user).delete()
    return kinds


def test_who_has_a_place_hears_of_another_day_place_or_hours_and_is_reminded_of_the_new_day(clock):
    town = ShiftTown()
    task = published(town, capacity=1)
    action = task.action
    coffee = task_of(action, town, title="Koffie", begins=time(15), ends=time(16))
    comes, waits = joins(task), joins(task)
    joins(ActionTask.objects.get(pk=coffee.pk), comes.holder)
    gave_up = joins(task)
    services.give_up_task(gave_up, by=gave_up.holder)
    services.edit_action(action, by=town.contact, **details(title="Andere woorden"))
    assert heard(comes.holder) == []
    mail.outbox.clear()
    sunday = date(2025, 6, 8)
    services.edit_action(action, by=town.contact, **details(on_date=sunday, place="Kerkplein 2"))
    assert [heard(seat.holder) for seat in (comes, waits, gave_up)] == [
        ["action_moved"],
        ["action_moved"],
        [],
    ]
    mailed = sorted(seat.holder.email for seat in (comes, waits))  # each once, of however many tasks
    assert sorted(each.to[0] for each in mail.outbox) == mailed
    assert not any("Kerkplein" in each.body for each in mail.outbox)
    task.refresh_from_db()
    assert [localtime(at).isoformat()[:16] for at in (task.starts_at, task.ends_at)] == [
        "2025-06-08T10:00",
        "2025-06-08T15:00",
    ]
    told = {"title": "Snoeien", "begins": time(9), "ends": time(14)}
    services.change_task(task, capacity=1, by=town.contact, **told)
    assert heard(comes.holder) == heard(waits.holder) == ["action_moved"]
    services.change_task(task, capacity=2, by=town.contact, **told)  # room for one more, at the same hours
    assert (heard(comes.holder), heard(waits.holder)) == ([], ["task_moved_up"])
    for refused in ({"ends": time(8)}, {"capacity": 1}):
        with pytest.raises(InvalidInput):
            services.change_task(task, by=town.contact, **{"capacity": 2, **told, **refused})
    clock.at(datetime(2025, 6, 6, 9, 30, tzinfo=task.starts_at.tzinfo))
    assert heard(comes.holder) == []  # the day before the day that it was
    clock.forward(days=1)
    assert heard(comes.holder) == ["task_reminder", "task_reminder"]
    clock.forward(days=1)  # Sunday: the place may change still, the day and what has begun do not
    services.edit_action(action, by=town.contact, **details(on_date=sunday, place="Kerkplein 3"))
    assert heard(waits.holder)[-1] == "action_moved"
    with pytest.raises(InvalidInput) as late:
        services.edit_action(action, by=town.contact, **details(on_date=date(2025, 6, 9)))
    assert late.value.field == "on_date"
    with pytest.raises(InvalidTransition):
        services.change_task(task, capacity=2, by=town.contact, **told)


def test_one_task_is_off_and_the_action_goes_on(clock):
    town = ShiftTown()
    task = published(town, capacity=1)
    other = joins(ActionTask.objects.get(pk=task_of(task.action, town, title="Koffie").pk))
    seats = [joins(task), joins(task)]
    with pytest.raises(InvalidTransition):
        services.remove_task(task, by=town.contact)
    with pytest.raises(Forbidden):
        services.call_off_task(task, by=seats[0].holder)
    services.call_off_task(task, by=town.contact)
    services.call_off_task(task, by=town.contact)
    assert [heard(seat.holder) for seat in (*seats, other)] == [["task_dropped"], ["task_dropped"], []]
    assert states(*seats, other) == [S.CANCELLED, S.CANCELLED, S.CONFIRMED]
    clock.forward(days=3)
    assert [heard(seat.holder) for seat in (seats[0], other)] == [[], ["task_reminder"]]


def test_one_scans_the_code_at_the_door_for_the_task_one_came_for(clock):
    town = ShiftTown()
    task = published(town, capacity=9)
    action = task.action
    late = ActionTask.objects.get(pk=task_of(action, town, begins=time(18), ends=time(20)).pk)
    group = joins(task, size=4, group_name="De Bank")
    evening = joins(late, group.holder)
    code = make_token(services.CHECK_IN_ACTION, action.pk, until=Action.objects.get().code_until)
    enter, elsewhere = services.check_in_by_action_code, joins(published(ShiftTown()))
    with pytest.raises(OutsideCheckIn):
        enter(code, group, by=group.holder)
    clock.at(task.starts_at)
    assert enter(code, group, came=3, by=group.holder).came == 3
    with pytest.raises(OutsideCheckIn):
        enter(code, evening, by=group.holder)  # that is for tonight
    for seat, by in ((group, town.contact), (elsewhere, elsewhere.holder)):
        with pytest.raises(NotFound):
            enter(code, seat, by=by)
    with pytest.raises(CodeNotValid):
        enter(make_token(services.CHECK_IN, action.pk, until=late.ends_at), group, by=group.holder)
    clock.at(task.code_until)
    with pytest.raises(CodeNotValid):
        enter(code, group, by=group.holder)
    assert services.action_of_code(code) == action  # it still works for the evening
    services.suspend_organisation(town.organisation, note="Eerst praten.", by=town.coordinator)
    with pytest.raises(CodeNotValid):
        services.action_of_code(code)
