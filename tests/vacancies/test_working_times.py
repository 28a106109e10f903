"""Legal hour limits of a student placement: each on both sides, at every age it differs for."""

from datetime import date, time, timedelta

import pytest
from django.utils import translation

from vacancies.working_times import LIMITS, Case, SchoolCalendar, Stint, age_on, objections

# The school of these tests has an autumn holiday of one week, and a long summer.
SCHOOL = SchoolCalendar(
    holidays=((date(2025, 10, 18), date(2025, 10, 26)), (date(2026, 7, 4), date(2026, 8, 23))),
)
MONDAY, SATURDAY, SUNDAY = date(2025, 9, 15), date(2025, 9, 20), date(2025, 9, 21)
HOLIDAY = date(2025, 10, 20)  # a Monday
SUMMER = date(2026, 7, 6)  # a Monday
WEEK = timedelta(weeks=1)


def at(day: date, begins: str, ends: str, pause: int = 0) -> Stint:
    return Stint(day, time.fromisoformat(begins), time.fromisoformat(ends), pause)


def said(age: int, new: Stint, *others: Stint, sundays: bool = False, school: SchoolCalendar = SCHOOL) -> str:
    """What the law has against it, in one line; empty when it may."""
    case = Case(new, others, LIMITS[age], school, sundays_allowed=sundays)
    with translation.override("en"):
        return " | ".join(str(each) for each in objections(case))


def later(stint: Stint, days: int) -> Stint:
    return Stint(stint.day + timedelta(days=days), stint.begins, stint.ends, stint.pause)


@pytest.mark.parametrize(
    ("ages", "day", "within", "beyond"),
    [
        # a school day: two hours beside the lessons; from 16 on nine with the lessons, of six hours here
        ((13, 14, 15), MONDAY, ("15:00", "17:00", 0), ("15:00", "17:01", 0)),
        ((16, 17), MONDAY, ("15:00", "18:00", 0), ("15:00", "18:01", 0)),
        # a Saturday, and a day of the holidays
        ((13, 14), SATURDAY, ("9:00", "16:30", 30), ("9:00", "16:31", 30)),
        ((15,), SATURDAY, ("9:00", "17:30", 30), ("9:00", "17:31", 30)),
        ((13, 14), HOLIDAY, ("9:00", "16:30", 30), ("9:00", "16:31", 30)),
        ((15,), HOLIDAY, ("9:00", "17:30", 30), ("9:00", "17:31", 30)),
        ((16, 17), HOLIDAY, ("9:00", "18:30", 30), ("9:00", "18:31", 30)),
        # not before, not after
        ((13, 14, 15), SATURDAY, ("7:00", "8:00", 0), ("6:59", "8:00", 0)),
        ((16, 17), SATURDAY, ("6:00", "7:00", 0), ("5:59", "7:00", 0)),
        ((13, 14, 15), SATURDAY, ("18:00", "19:00", 0), ("18:00", "19:01", 0)),
        ((13, 14), HOLIDAY, ("18:00", "19:00", 0), ("18:00", "19:01", 0)),
        ((15,), HOLIDAY, ("20:00", "21:00", 0), ("20:00", "21:01", 0)),
        ((16, 17), HOLIDAY, ("22:00", "23:00", 0), ("22:00", "23:01", 0)),
        # a break
        ((13, 15, 17), SATURDAY, ("9:00", "13:30", 0), ("9:00", "13:31", 29)),
        ((13, 15, 17), SATURDAY, ("9:00", "13:31", 30), ("9:00", "13:31", 0)),
    ],
)
def test_a_day(ages, day, within, beyond):
    for age in ages:
        assert said(age, at(day, *(_padded(each) for each in within))) == ""
        assert said(age, at(day, *(_padded(each) for each in beyond))) != ""


def _padded(each: str | int) -> str | int:
    return each.rjust(5, "0") if isinstance(each, str) else each


def test_the_hours_of_a_day_add_up():
    first = at(MONDAY, "15:00", "16:30")
    assert said(14, at(MONDAY, "17:00", "17:30"), first) == ""
    assert "2 hours" in said(14, at(MONDAY, "17:00", "17:31"), first)


@pytest.mark.parametrize("age", [13, 14, 15])
def test_a_school_week_has_twelve_hours(age):
    before = [later(at(MONDAY, "15:00", "17:00"), number) for number in range(3)]
    assert said(age, at(SATURDAY, "09:00", "15:30", 30), *before) == ""
    assert "12 hours" in said(age, at(SATURDAY, "09:00", "15:31", 30), *before)


@pytest.mark.parametrize(("age", "ends", "most"), [(14, "16:30", "35"), (15, "17:30", "40")])
def test_a_holiday_week_has_more(age, ends, most):
    full = at(HOLIDAY, "09:00", ends, 30)
    before = [later(full, number) for number in range(1, 5)]
    assert said(age, full, *before) == ""
    assert f"{most} hours" in said(age, later(full, 5), *before[:-1], full, at(HOLIDAY, "07:00", "07:01"))
    assert "days a week" in said(age, at(HOLIDAY + timedelta(days=5), "09:00", "10:00"), full, *before)


def test_at_sixteen_the_lessons_count():
    """Five days of six lessons leave fifteen hours of the forty-five, and ten on average over four weeks."""
    fifteen = [later(at(MONDAY, "15:00", "18:00"), number) for number in range(4)]
    assert said(16, later(at(MONDAY, "15:00", "18:00"), 4), *fifteen) == ""
    longer = SchoolCalendar(lesson_hours=6.5)
    assert "45 hours" in said(16, at(SATURDAY, "09:00", "12:31"), *fifteen[:3], school=longer)
    ten = [later(at(MONDAY, "15:00", "18:00"), 7 * week + day) for week in range(4) for day in range(3)]
    ten += [later(at(MONDAY, "15:00", "16:00"), 7 * week + 3) for week in range(3)]
    assert said(17, at(MONDAY + 3 * WEEK + timedelta(days=3), "15:00", "16:00"), *ten) == ""
    assert "on average" in said(17, at(MONDAY + 3 * WEEK + timedelta(days=3), "15:00", "16:01"), *ten)


@pytest.mark.parametrize(("age", "ends", "begins"), [(14, "18:00", "08:00"), (15, "20:00", "08:00")])
def test_rest_between_two_days_of_work(age, ends, begins):
    evening = at(HOLIDAY, "15:00", ends) if age == 14 else at(HOLIDAY, "16:00", ends)
    assert said(age, at(HOLIDAY + timedelta(days=1), begins, "10:00"), evening) == ""
    assert "of rest" in said(age, at(HOLIDAY + timedelta(days=1), "07:59", "10:00"), evening)


def test_at_sixteen_rest_ends_where_the_lessons_begin():
    assert said(16, at(MONDAY, "18:00", "20:30")) == ""
    assert "12 hours of rest" in said(16, at(MONDAY, "18:00", "20:31"))
    assert said(16, at(HOLIDAY, "20:00", "23:00"), at(HOLIDAY + timedelta(days=1), "11:00", "12:00")) == ""
    assert "rest" in said(
        16, at(HOLIDAY, "20:00", "23:00"), at(HOLIDAY + timedelta(days=1), "10:59", "12:00")
    )


def test_at_sixteen_a_week_has_a_day_and_a_half_of_rest():
    assert said(16, at(SATURDAY, "09:00", "20:00", 180)) == ""
    assert said(16, at(SATURDAY, "09:00", "10:00"), at(SUNDAY + timedelta(days=-14), "09:00", "10:00")) == ""
    both = at(SATURDAY, "09:00", "10:00")
    assert "36 hours" in said(16, at(SUNDAY, "09:00", "10:00"), both)
    assert said(16, at(SUNDAY, "09:00", "10:00")) == ""


@pytest.mark.parametrize("age", [13, 14, 15])
def test_sunday_needs_a_parent_and_a_free_saturday(age):
    sunday, saturday = at(SUNDAY, "10:00", "11:00"), at(SATURDAY, "10:00", "11:00")
    assert "parent" in said(age, sunday)
    assert said(age, sunday, sundays=True) == ""
    assert "Saturday before" in said(age, sunday, saturday, sundays=True)
    assert "Saturday before" in said(age, saturday, sunday, sundays=True)


@pytest.mark.parametrize(("age", "most"), [(15, 11), (17, 39)])
def test_enough_sundays_stay_free(age, most):
    sundays = [at(SUNDAY + number * WEEK, "10:00", "11:00") for number in range(most)]
    assert said(age, sundays[-1], *sundays[:-1], sundays=True) == ""
    assert "Sundays are free" in said(age, at(SUNDAY + most * WEEK, "10:00", "11:00"), *sundays, sundays=True)


@pytest.mark.parametrize(("age", "row", "most"), [(14, 3, 4), (15, 4, 6)])
def test_holiday_weeks_a_year_and_on_end(age, row, most):
    weeks = [at(SUMMER + number * WEEK, "10:00", "11:00") for number in range(7)]
    assert said(age, weeks[row - 1], *weeks[: row - 1]) == ""
    assert "on end" in said(age, weeks[row], *weeks[:row])
    apart = [week for number, week in enumerate(weeks) if number != row]
    assert said(age, apart[most - 1], *apart[: most - 1]) == ""
    everything = SchoolCalendar(holidays=((date(2026, 1, 1), date(2026, 12, 31)),))
    spread = [at(SUMMER + 2 * number * WEEK, "10:00", "11:00") for number in range(most + 1)]
    assert said(age, spread[most - 1], *spread[: most - 1], school=everything) == ""
    assert "on end" in said(age, spread[most], *spread[:most], school=everything)


def test_a_birthday_counts_from_the_month_after_it():
    born = date(2010, 6, 1)
    assert [age_on(day, born) for day in (date(2026, 6, 30), date(2026, 7, 1))] == [15, 16]
    assert [age_on(day, date(2010, 12, 1)) for day in (date(2026, 12, 31), date(2027, 1, 1))] == [15, 16]


def test_every_age_of_a_placement_has_limits():
    assert sorted(LIMITS) == [13, 14, 15, 16, 17]
