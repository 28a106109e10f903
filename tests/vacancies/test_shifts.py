"""Shifts: planning, places with a waiting list, checking in, taking over, calling off."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone, translation

from academy.models import Completion
from common.checkin import CodeNotValid, make_token
from common.errors import Forbidden, InvalidInput, InvalidTransition, NotFound
from common.seating import (
    CancelledBy,
    NotBegun,
    NotOpen,
    OutsideCheckIn,
    Overlaps,
    SeatState,
    Span,
    busy_people,
    claims_time,
)
from events.models import EventRecord
from events.worker import Worker
from matching.enums import AssignmentState
from matching.models import Assignment
from people.enums import VolunteerState
from people.models import Volunteer
from safeguarding.enums import Requirement
from safeguarding.models import Screening
from tests.factories.academy import CourseFactory, train
from tests.factories.matching import open_request
from tests.factories.people import screen
from tests.factories.shifts import ShiftTown
from vacancies import services
from vacancies.enums import Repeat, SwapState, VacancyState
from vacancies.errors import ScreeningLacking, SomeoneWaits, TrainingLacking, VacancyGone, VolunteerStopped
from vacancies.models import Shift, ShiftSeat, SwapOffer, Vacancy

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_dutch():
    with translation.override("nl"):
        yield


S = SeatState


def happened(kind: str) -> int:
    return EventRecord.objects.filter(type=f"vacancies.{kind}").count()


def states(*seats: ShiftSeat) -> list[tuple[str, int | None]]:
    for seat in seats:
        seat.refresh_from_db()
    return [(seat.state, seat.position) for seat in seats]


def in_step(shift: Shift) -> bool:
    """The counter of the shift says what the seats say."""
    shift.refresh_from_db()
    held = shift.seats.filter(state__in=[S.CONFIRMED, S.ATTENDED, S.NO_SHOW])
    return shift.taken == held.count() <= shift.capacity


def join(shift: Shift, *volunteers: Volunteer) -> list[ShiftSeat]:
    return [services.sign_up(shift, each, by=each.user) for each in volunteers]


def test_a_series_keeps_its_clock_time_through_the_change_of_the_clock(clock):
    clock.at(datetime(2025, 10, 1, 8, tzinfo=UTC))
    town = ShiftTown()
    moment = {"day": date(2025, 10, 20), "begins": time(9), "ends": time(12, 30)}
    shifts = services.plan_shifts(
        town.vacancy, moment, capacity=3, repeat=Repeat.WEEKLY, until=date(2025, 11, 3), by=town.contact
    )
    assert [timezone.localtime(shift.starts_at).time() for shift in shifts] == [time(9)] * 3
    assert len({shift.starts_at.astimezone(UTC).hour for shift in shifts}) == 2
    assert len({shift.series for shift in shifts}) == 1
    assert happened("shift_planned") == 3
    over_night = services.plan_shifts(
        town.vacancy, moment | {"begins": time(22), "ends": time(6)}, capacity=1, by=town.coordinator
    )
    assert over_night[0].hours == 8
    assert over_night[0].series is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"capacity": 0}, "capacity"),
        ({"capacity": 501}, "capacity"),
        ({"until": date(2025, 6, 9)}, "until"),
        ({"until": date(2027, 6, 9), "repeat": Repeat.DAILY}, "until"),
        ({"day": date(2025, 6, 2)}, "day"),
        ({"day": date(2027, 6, 9)}, "day"),
        ({"begins": time(8), "ends": time(7)}, "ends"),
    ],
)
def test_dates_that_make_no_sense_are_refused_by_name(clock, change, field):
    town = ShiftTown()
    values = {"day": date(2025, 6, 10), "begins": time(9), "ends": time(12), "capacity": 2} | change
    moment = {name: values.pop(name) for name in ("day", "begins", "ends")}
    with pytest.raises(InvalidInput) as refused:
        services.plan_shifts(town.vacancy, moment, by=town.contact, **values)
    assert refused.value.field == field
    assert not Shift.objects.exists()


def test_only_the_organisation_and_the_centre_plan(clock):
    town, other = ShiftTown(), ShiftTown()
    moment = {"day": date(2025, 6, 10), "begins": time(9), "ends": time(12)}
    for stranger in (other.contact, other.coordinator, town.volunteer().user):
        with pytest.raises(Forbidden):
            services.plan_shifts(town.vacancy, moment, capacity=2, by=stranger)
    Vacancy.objects.filter(pk=town.vacancy.pk).update(state=VacancyState.DRAFT)
    town.vacancy.refresh_from_db()
    with pytest.raises(VacancyGone):
        services.plan_shifts(town.vacancy, moment, capacity=2, by=town.contact)


def test_the_waiting_list_moves_by_itself(clock):
    town = ShiftTown()
    shift = town.shift(capacity=1)
    first, second, third = join(shift, *(town.volunteer() for _ in range(3)))
    assert states(first, second, third) == [(S.CONFIRMED, None), (S.WAITLISTED, 1), (S.WAITLISTED, 2)]
    assert [services.SHIFTS.place_in_line(seat) for seat in (first, second, third)] == [None, 1, 2]
    assert (
        services.sign_up(shift, second.holder, by=second.holder.user) == second
    )  # repeating changes nothing
    services.give_up(first, by=first.holder.user)
    assert states(first, second, third) == [(S.CANCELLED, None), (S.CONFIRMED, None), (S.WAITLISTED, 2)]
    assert services.SHIFTS.place_in_line(third) == 1
    assert (happened("shift_moved_up"), happened("shift_seat_cancelled")) == (1, 1)
    services.give_up(first, by=first.holder.user)  # again: nothing moves
    assert happened("shift_seat_cancelled") == 1
    services.change_shift(shift, capacity=2, note="", by=town.contact)
    assert states(third) == [(S.CONFIRMED, None)]
    assert in_step(shift)
    with pytest.raises(InvalidInput) as refused:
        services.change_shift(shift, capacity=1, note="", by=town.contact)
    assert refused.value.field == "capacity"


def test_who_waits_and_may_not_any_more_is_passed_by(clock):
    town = ShiftTown(screening=Requirement.to_mask([Requirement.TALK]))
    shift = town.shift(capacity=1)
    volunteers = [town.volunteer() for _ in range(3)]
    for volunteer in volunteers:
        screen(volunteer, Requirement.TALK)
    first, second, third = join(shift, *volunteers)
    Screening.objects.filter(volunteer=second.holder).update(valid_until=clock.now().date())
    services.give_up(first, by=first.holder.user)
    assert states(first, second, third) == [(S.CANCELLED, None), (S.WAITLISTED, 1), (S.CONFIRMED, None)]
    assert in_step(shift)


def test_what_the_vacancy_asks_for_holds_on_the_day_of_the_shift(clock):
    course = CourseFactory()
    town = ShiftTown(screening=Requirement.to_mask([Requirement.VOG]))
    town.vacancy.required_courses.add(course)
    shift = town.shift(days=7)
    volunteer = town.volunteer()
    with pytest.raises(ScreeningLacking):
        join(shift, volunteer)
    (vog,) = screen(volunteer, Requirement.VOG, valid_until=clock.now().date() + timedelta(days=6))
    with pytest.raises(ScreeningLacking):
        join(shift, volunteer)
    Screening.objects.filter(pk=vog.pk).update(valid_until=clock.now().date() + timedelta(days=7))
    with pytest.raises(TrainingLacking):
        join(shift, volunteer)
    train(volunteer, course)
    (seat,) = join(shift, volunteer)
    clock.forward(days=7, hours=4)  # 14:00 in town: the day itself
    Completion.objects.update(revoked_at=clock.now())
    with pytest.raises(TrainingLacking):
        services.check_in(seat, by=town.contact)
    Completion.objects.update(revoked_at=None)
    assert services.check_in(seat, by=town.contact).state == S.ATTENDED


def test_who_stopped_and_what_is_paused_takes_no_sign_ups(clock):
    town = ShiftTown()
    shift, volunteer = town.shift(), town.volunteer()
    Volunteer.objects.filter(pk=volunteer.pk).update(state=VolunteerState.LEFT)
    volunteer.refresh_from_db()
    with pytest.raises(VolunteerStopped):
        join(shift, volunteer)
    Vacancy.objects.update(state=VacancyState.PAUSED)
    with pytest.raises(VacancyGone):
        join(Shift.objects.get(), town.volunteer())


def test_nobody_is_in_two_places_at_once(clock):
    town = ShiftTown()
    mine, full = town.shift(at="14:00"), town.shift(at="15:59", capacity=1)
    after = town.shift(at="16:00")
    volunteer = town.volunteer()
    join(full, town.volunteer())
    (seat,) = join(mine, volunteer)
    with pytest.raises(Overlaps, match="Gastheer"):
        join(full, volunteer)  # not on the waiting list either
    join(after, volunteer)
    services.give_up(seat, by=volunteer.user)
    with pytest.raises(Overlaps):
        join(full, volunteer)  # still overlaps with the one after
    assert ShiftSeat.objects.filter(event=full, holder=volunteer).count() == 0


def test_other_apps_say_when_someone_is_busy(clock, monkeypatch):
    town = ShiftTown()
    shift, volunteer = town.shift(at="14:00"), town.volunteer()
    asked: list[Span] = []

    def busy(user_id, span):
        asked.append(span)
        return "Een rit" if user_id == volunteer.user_id else None

    monkeypatch.setattr("common.seating.time._busy", {})
    monkeypatch.setattr("common.seating.time._everybody", {})
    claims_time("test.rides", busy, lambda _span: [volunteer.user_id])
    with pytest.raises(Overlaps, match="Een rit"):
        join(shift, volunteer)
    assert asked == [Span(shift.starts_at, shift.ends_at, besides=shift.pk)]
    assert busy_people(asked[0]) == {volunteer.user_id}
    join(shift, town.volunteer())


def test_giving_up_ends_where_the_shift_begins(clock):
    town = ShiftTown()
    shift = town.shift(days=0, at="14:00")
    mine, waiting, last = join(
        town.shift(days=0, at="14:00", capacity=1), *(town.volunteer() for _ in range(3))
    )
    stranger = town.volunteer()
    with pytest.raises(NotFound):
        services.give_up(mine, by=stranger.user)
    services.give_up(last, by=town.contact)
    last.refresh_from_db()
    assert last.cancelled_by == CancelledBy.ORGANISER
    clock.forward(hours=4)  # 14:00 in town
    with pytest.raises(NotOpen):
        services.give_up(mine, by=mine.holder.user)
    with pytest.raises(NotOpen):
        join(shift, stranger)
    services.give_up(mine, by=town.contact)
    waiting.refresh_from_db()
    assert waiting.waits  # nobody moves up into what has begun


def test_checking_in_by_list_and_by_code(clock):
    town = ShiftTown()
    shift = town.shift(days=0, at="14:00", hours=2, capacity=2)
    here, there, waits = join(shift, *(town.volunteer() for _ in range(3)))
    token = make_token(services.CHECK_IN, shift.pk, until=shift.ends_at)
    with pytest.raises(OutsideCheckIn):
        services.check_in(here, by=town.contact)
    with pytest.raises(NotBegun):
        services.mark_missed(there, by=town.contact)
    clock.forward(hours=2)  # noon in town: two hours before
    services.check_in(here, by=town.contact)
    assert services.check_in(here, by=town.contact).state == S.ATTENDED  # repeating changes nothing
    assert happened("shift_attended") == 1
    with pytest.raises(Forbidden):
        services.check_in(there, by=there.holder.user)
    assert services.check_in_by_code(token, there.holder, by=there.holder.user).state == S.ATTENDED
    with pytest.raises(NotFound):
        services.check_in_by_code(token, waits.holder, by=waits.holder.user)
    door = make_token(services.CHECK_IN, shift.pk, until=shift.code_until)
    clock.forward(hours=4)  # the end: who leaves can still scan
    with pytest.raises(CodeNotValid):
        services.check_in_by_code(token, there.holder, by=there.holder.user)
    assert services.shift_of_code(door) == shift
    clock.forward(minutes=60)
    assert shift.takes_check_ins  # the list can still be ticked
    late = make_token(services.CHECK_IN, shift.pk, until=shift.ends_at + timedelta(days=1))
    for over in (door, late):  # also one that was made before the shift was moved
        with pytest.raises(CodeNotValid):
            services.check_in_by_code(over, there.holder, by=there.holder.user)
    services.mark_missed(there, by=town.contact)
    assert services.reopen_seat(there, by=town.contact).state == S.CONFIRMED
    assert services.mark_missed(there, by=town.contact).state == S.NO_SHOW
    assert in_step(shift)
    with pytest.raises(InvalidTransition):
        services.check_in(waits, by=town.contact)
    clock.forward(hours=24)
    with pytest.raises(OutsideCheckIn):
        services.check_in(there, by=town.contact)


def test_another_takes_over(clock):
    town = ShiftTown(screening=Requirement.to_mask([Requirement.TALK]))
    shift = town.shift(capacity=1)
    volunteers = [town.volunteer() for _ in range(3)]
    for volunteer in volunteers[:2]:
        screen(volunteer, Requirement.TALK)
    (seat,) = join(shift, volunteers[0])
    with pytest.raises(NotFound):
        services.ask_swap(seat, by=volunteers[1].user)
    swap = services.ask_swap(seat, by=volunteers[0].user)
    assert services.ask_swap(seat, by=volunteers[0].user) == swap
    with pytest.raises(ScreeningLacking):
        services.take_over(swap, volunteers[2], by=volunteers[2].user)
    taken = services.take_over(swap, volunteers[1], by=volunteers[1].user)
    assert (taken.holder, taken.state) == (volunteers[1], S.CONFIRMED)
    seat.refresh_from_db()
    assert (seat.state, seat.cancelled_by) == (S.CANCELLED, CancelledBy.SWAP)
    assert in_step(shift)
    with pytest.raises(InvalidTransition):
        services.take_over(swap, volunteers[1], by=volunteers[1].user)
    assert [happened(kind) for kind in ("swap_asked", "swap_taken", "shift_passed_on")] == [1, 1, 1]


def test_a_waiting_list_goes_before_a_swap(clock):
    town = ShiftTown()
    shift = town.shift(capacity=1)
    mine, _waits = join(shift, *(town.volunteer() for _ in range(2)))
    with pytest.raises(SomeoneWaits):
        services.ask_swap(mine, by=mine.holder.user)
    assert not SwapOffer.objects.exists()


def test_a_question_to_take_over_ends_with_the_place(clock):
    town = ShiftTown()
    shift = town.shift(days=1)
    mine, other = join(shift, *(town.volunteer() for _ in range(2)))
    swap = services.ask_swap(mine, by=mine.holder.user)
    assert services.withdraw_swap(swap, by=mine.holder.user).state == SwapState.WITHDRAWN
    with pytest.raises(InvalidTransition):
        services.take_over(swap, town.volunteer(), by=town.coordinator)
    again = services.ask_swap(mine, by=mine.holder.user)
    services.give_up(mine, by=mine.holder.user)
    again.refresh_from_db()
    assert again.state == SwapState.LAPSED
    services.ask_swap(other, by=other.holder.user)
    services.cancel_shift(shift, by=town.contact)
    assert set(SwapOffer.objects.values_list("state", flat=True)) == {SwapState.WITHDRAWN, SwapState.LAPSED}


def test_calling_off_tells_everyone_once(clock):
    town = ShiftTown()
    shift = town.shift(capacity=1)
    seats = join(shift, *(town.volunteer() for _ in range(3)))
    for _ in range(2):
        services.cancel_shift(shift, by=town.contact)
    assert states(*seats) == [(S.CANCELLED, None)] * 3
    assert set(shift.seats.values_list("cancelled_by", flat=True)) == {CancelledBy.EVENT}
    assert (happened("shift_seat_cancelled"), happened("shift_cancelled")) == (3, 1)
    assert happened("shift_moved_up") == 0
    assert in_step(shift)
    with pytest.raises(NotOpen):
        join(shift, town.volunteer())
    with pytest.raises(InvalidTransition):
        services.change_shift(shift, capacity=5, note="", by=town.contact)


def test_the_rest_of_a_series_is_called_off(clock):
    town = ShiftTown()
    moment = {"day": date(2025, 6, 10), "begins": time(9), "ends": time(12)}
    series = services.plan_shifts(
        town.vacancy, moment, capacity=1, repeat=Repeat.WEEKLY, until=date(2025, 7, 1), by=town.contact
    )
    alone = town.shift(days=30)
    assert services.cancel_series(series[1], by=town.contact) == 3
    assert list(Shift.objects.filter(cancelled_at=None).order_by("starts_at")) == [series[0], alone]


def test_reminders_the_day_before_and_the_end_of_waiting(clock):
    """Tuesday 10:00; the shift is on Friday 14:00, and is then moved to Saturday."""
    town = ShiftTown()
    moment = {"day": date(2025, 6, 6), "begins": time(14), "ends": time(16)}
    (shift,) = services.plan_shifts(town.vacancy, moment, capacity=1, by=town.contact)
    seats = join(shift, *(town.volunteer() for _ in range(2)))
    services.move_shift(shift, moment | {"day": date(2025, 6, 7)}, by=town.contact)
    assert happened("shift_moved") == 1
    clock.forward(days=2)  # Thursday 10:00
    Worker().run_due()
    assert happened("shift_reminded") == 0
    clock.forward(hours=22, minutes=59)  # Friday 8:59
    Worker().run_due()
    assert happened("shift_reminded") == 0
    clock.forward(minutes=1)
    Worker().run_due()
    Worker().run_due()
    assert happened("shift_reminded") == 1  # who waits is not reminded
    clock.forward(hours=29)  # Saturday 14:00
    Worker().run_due()
    assert states(*seats) == [(S.CONFIRMED, None), (S.LAPSED, None)]
    assert happened("shift_wait_lapsed") == 1


def test_an_agreement_with_a_resident_keeps_a_volunteer_busy(clock):
    """An hour of help on the same day: from half an hour before the shift, then from an hour before."""
    town = ShiftTown()
    shift, volunteer = town.shift(days=7, at="14:00"), town.volunteer(screened=True)
    request = open_request(town.centre, duration_minutes=60)
    agreement = Assignment.objects.create(
        request=request,
        volunteer=volunteer,
        state=AssignmentState.PLANNED,
        starts_at=shift.starts_at - timedelta(minutes=30),
    )
    with pytest.raises(Overlaps, match="Boodschappen"):
        join(shift, volunteer)
    Assignment.objects.update(starts_at=shift.starts_at - timedelta(minutes=60))
    (seat,) = join(shift, volunteer)
    services.give_up(seat, by=volunteer.user)
    Assignment.objects.filter(pk=agreement.pk).update(
        starts_at=shift.starts_at, state=AssignmentState.CANCELLED
    )
    join(shift, volunteer)
