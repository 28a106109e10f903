"""How long, and when, someone of 13 to 17 may work in a student placement. Pure: knows no tables.

A placement counts as work in the law, and its hours are added to those of a job. Sources (docs/shifts.md):

- 13, 14 and 15: Arbeidstijdenwet art. 3:2 and the Nadere regeling kinderarbeid, as the government tells them
  on rijksoverheid.nl, "Hoeveel uur mag ik werken tijdens een maatschappelijke stage?" and "Hoeveel mogen
  kinderen van 13 en 14 jaar werken?"; evenings of 15-year-olds from arbeidstijdenwet.nl,
  "werken-regels-wet-15-jaar".
- 16 and 17: Arbeidstijdenwet ch. 5, as on arboportaal.nl, "Werktijden voor 16- en 17-jarigen". Time at school
  counts as working time.

Where the sources leave room we take the stricter reading.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
SATURDAY, SUNDAY = 5, 6
# From this age on a child may take back by itself what a parent agreed to (Uitvoeringswet AVG, art. 5).
OWN_WORD = 12
BREAK_AFTER, BREAK = timedelta(hours=4, minutes=30), timedelta(minutes=30)


@dataclass(frozen=True)
class Limits:
    """What the law allows at one age; hours, of work without breaks. ``None``: no such limit."""

    school_day: float
    free_day: float
    school_week: float
    holiday_week: float
    earliest: time
    latest: time
    latest_in_holidays: time
    daily_rest: float
    days_a_week: int | None = None
    sundays_off: tuple[int, int] = (5, 16)
    sunday_needs_parent: bool = True
    holiday_weeks_a_year: int | None = None
    holiday_weeks_on_end: int | None = None
    four_week_average: float | None = None
    weekly_rest: float | None = None
    school_counts: bool = False


_THIRTEEN = Limits(
    school_day=2,
    free_day=7,
    school_week=12,
    holiday_week=35,
    earliest=time(7),
    latest=time(19),
    latest_in_holidays=time(19),
    daily_rest=14,
    days_a_week=5,
    holiday_weeks_a_year=4,
    holiday_weeks_on_end=3,
)
_FIFTEEN = Limits(
    school_day=2,
    free_day=8,
    school_week=12,
    holiday_week=40,
    earliest=time(7),
    latest=time(19),
    latest_in_holidays=time(21),
    daily_rest=12,
    days_a_week=5,
    holiday_weeks_a_year=6,
    holiday_weeks_on_end=4,
)
_SIXTEEN = Limits(
    school_day=9,
    free_day=9,
    school_week=45,
    holiday_week=45,
    earliest=time(6),
    latest=time(23),
    latest_in_holidays=time(23),
    daily_rest=12,
    sundays_off=(13, 52),
    sunday_needs_parent=False,
    four_week_average=40,
    weekly_rest=36,
    school_counts=True,
)
# The table. Under 13 and from 18 there is no student placement.
LIMITS: dict[int, Limits] = {13: _THIRTEEN, 14: _THIRTEEN, 15: _FIFTEEN, 16: _SIXTEEN, 17: _SIXTEEN}


@dataclass(frozen=True, order=True)
class Stint:
    """Work without leaving, on one day, times as on the clock in town. ``pause`` is in minutes."""

    day: date
    begins: time
    ends: time
    pause: int = 0

    @property
    def start(self) -> datetime:
        """The beginning, as a moment without a zone."""
        return datetime.combine(self.day, self.begins)

    @property
    def end(self) -> datetime:
        """The end, likewise."""
        return datetime.combine(self.day, self.ends)

    @property
    def hours(self) -> float:
        """Hours of work, without the break."""
        return (self.end - self.start).total_seconds() / 3600 - self.pause / 60


@dataclass(frozen=True)
class SchoolCalendar:
    """When there is school: Monday to Friday outside ``holidays`` (first and last day)."""

    holidays: tuple[tuple[date, date], ...] = ()
    lesson_hours: float = 6
    school_starts: time = time(8, 30)

    def is_school_day(self, day: date) -> bool:
        """Whether there are lessons on a day."""
        return day.weekday() < SATURDAY and not any(first <= day <= last for first, last in self.holidays)

    def is_school_week(self, day: date) -> bool:
        """Whether there are lessons on any day of the week of ``day``, Monday to Sunday."""
        return any(self.is_school_day(monday_of(day) + number * DAY) for number in range(SATURDAY))

    def lessons(self, day: date) -> Stint:
        """The lessons of a school day."""
        ends = datetime.combine(day, self.school_starts) + timedelta(hours=self.lesson_hours)
        return Stint(day, self.school_starts, ends.time())


@dataclass(frozen=True)
class Case:
    """Everything a rule looks at: the new stint, all others of the same person, age and school."""

    new: Stint
    others: tuple[Stint, ...]
    limits: Limits
    school: SchoolCalendar
    sundays_allowed: bool = False
    work: tuple[Stint, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "work", tuple(sorted((*self.others, self.new))))

    def hours(self, first: date, days: int) -> float:
        """Hours of work in ``days`` days from ``first``; with those at school where they count."""
        last = first + (days - 1) * DAY
        worked = sum(stint.hours for stint in self.work if first <= stint.day <= last)
        if not self.limits.school_counts:
            return worked
        at_school = sum(self.school.is_school_day(first + number * DAY) for number in range(days))
        return worked + at_school * self.school.lesson_hours

    def busy(self, first: date, days: int) -> list[Stint]:
        """What keeps the person busy in those days, in order: work, and school where it counts."""
        span = [first + number * DAY for number in range(days)]
        lessons = (self.school.lessons(day) for day in span if self.school.is_school_day(day))
        found = [stint for stint in self.work if stint.day in span]
        return sorted([*found, *lessons]) if self.limits.school_counts else found


Rule = Callable[[Case], str | Promise | None]


def age_on(day: date, born: date) -> int:
    """Return the age on ``day`` of someone born in the month of ``born``.

    Only month and year are known: a birthday counts from the first of the month after it, so that the
    stricter limits hold for as long as they might.
    """
    first_of_next = (born.replace(day=1) + timedelta(days=32)).replace(day=1)
    turned = (day.year, day.month) >= (day.year, first_of_next.month)
    return day.year - first_of_next.year - (0 if turned else 1)


def objections(case: Case) -> list[str | Promise]:
    """Return what the law has against the new stint, in sentences for the student; empty when it may."""
    return [said for rule in _RULES if (said := rule(case))]


def monday_of(day: date) -> date:
    """The Monday of the week of a day."""
    return day - day.weekday() * DAY


def _hours_of_day(case: Case) -> str | Promise | None:
    school_day = case.school.is_school_day(case.new.day)
    most = case.limits.school_day if school_day else case.limits.free_day
    if case.hours(case.new.day, 1) <= most:
        return None
    left = most - (case.school.lesson_hours if school_day and case.limits.school_counts else 0)
    if school_day:
        return _("On a school day you may work %(count)s hours at most.") % {"count": _plain(left)}
    return _("On a day without school you may work %(count)s hours at most.") % {"count": _plain(left)}


def _hours_of_week(case: Case) -> str | Promise | None:
    school_week = case.school.is_school_week(case.new.day)
    most = case.limits.school_week if school_week else case.limits.holiday_week
    if case.hours(monday_of(case.new.day), 7) <= most:
        return None
    if case.limits.school_counts:
        return _("With school together you may work %(count)s hours a week at most.") % {
            "count": _plain(most)
        }
    if school_week:
        return _("In a school week you may work %(count)s hours at most.") % {"count": _plain(most)}
    return _("In a holiday week you may work %(count)s hours at most.") % {"count": _plain(most)}


def _hours_of_four_weeks(case: Case) -> str | Promise | None:
    average = case.limits.four_week_average
    if average is None:
        return None
    mondays = (monday_of(case.new.day) - number * WEEK for number in range(4))
    if all(case.hours(monday, 28) <= 4 * average for monday in mondays):
        return None
    return _("With school together you may work %(count)s hours a week on average over four weeks.") % {
        "count": _plain(average)
    }


def _days_of_week(case: Case) -> str | Promise | None:
    most = case.limits.days_a_week
    first = monday_of(case.new.day)
    days = {stint.day for stint in case.work if first <= stint.day < first + WEEK}
    if most is None or len(days) <= most:
        return None
    return _("You may work on %(count)d days a week at most.") % {"count": most}


def _time_of_day(case: Case) -> str | Promise | None:
    limits = case.limits
    in_holidays = not case.school.is_school_week(case.new.day)
    latest = limits.latest_in_holidays if in_holidays else limits.latest
    if limits.earliest <= case.new.begins and case.new.ends <= latest:
        return None
    return _("At your age you may work between %(from)s and %(until)s.") % {
        "from": f"{limits.earliest:%H:%M}",
        "until": f"{latest:%H:%M}",
    }


def _rest_of_day(case: Case) -> str | Promise | None:
    busy = case.busy(case.new.day - 2 * DAY, 5)
    needed = timedelta(hours=case.limits.daily_rest)
    nights = ((before, after) for before, after in _pairs(busy) if case.new in (before, after))
    if all(after.start - before.end >= needed for before, after in nights if before.day != after.day):
        return None
    return _("Between two days of work you need %(count)s hours of rest.") % {
        "count": _plain(case.limits.daily_rest)
    }


def _rest_of_week(case: Case) -> str | Promise | None:
    needed = case.limits.weekly_rest
    if needed is None:
        return None
    monday = monday_of(case.new.day)
    busy, after = case.busy(monday, 7), case.busy(monday + WEEK, 3)
    ends = [datetime.combine(monday, time()), *(stint.end for stint in busy)]
    starts = [*(stint.start for stint in busy), after[0].start if after else ends[-1] + WEEK]
    if any(start - end >= timedelta(hours=needed) for end, start in zip(ends, starts, strict=True)):
        return None
    return _("Once a week you need %(count)s hours of rest without a break.") % {"count": _plain(needed)}


def _break_in_between(case: Case) -> str | Promise | None:
    there = case.new.end - case.new.start
    if there <= BREAK_AFTER or case.new.pause >= BREAK.total_seconds() / 60:
        return None
    return _("Longer than four and a half hours needs a break of half an hour.")


def _sunday(case: Case) -> str | Promise | None:
    if case.new.day.weekday() == SUNDAY and case.limits.sunday_needs_parent and not case.sundays_allowed:
        return _("On Sunday you may work only when your parent has agreed to Sundays.")
    days = {stint.day for stint in case.work}
    touched = {case.new.day, case.new.day + DAY, case.new.day - DAY} & days
    both = any(day.weekday() == SUNDAY and day - DAY in days for day in touched)
    if case.limits.sunday_needs_parent and both:
        return _("When you work on Sunday, the Saturday before is free.")
    return None


def _sundays_off(case: Case) -> str | Promise | None:
    if case.new.day.weekday() != SUNDAY:
        return None
    off, weeks = case.limits.sundays_off
    worked = {stint.day for stint in case.work if stint.day.weekday() == SUNDAY}
    ends = (case.new.day + number * WEEK for number in range(weeks))
    if all(sum(end - weeks * WEEK < day <= end for day in worked) <= weeks - off for end in ends):
        return None
    return _("In %(weeks)d weeks at least %(count)d Sundays are free.") % {"weeks": weeks, "count": off}


def _holiday_weeks(case: Case) -> str | Promise | None:
    most, on_end = case.limits.holiday_weeks_a_year, case.limits.holiday_weeks_on_end
    if most is None or on_end is None or case.school.is_school_week(case.new.day):
        return None
    mondays = {monday_of(stint.day) for stint in case.work if not case.school.is_school_week(stint.day)}
    per_year = Counter(monday.year for monday in mondays)
    if per_year[monday_of(case.new.day).year] <= most and _longest_row(mondays) <= on_end:
        return None
    return _("You may work in %(most)d holiday weeks a year, at most %(row)d of them on end.") % {
        "most": most,
        "row": on_end,
    }


def _longest_row(mondays: Collection[date]) -> int:
    longest = 0
    for first in mondays:
        length = 0
        while first + length * WEEK in mondays:
            length += 1
        longest = max(longest, length)
    return longest


def _pairs(stints: list[Stint]) -> Iterator[tuple[Stint, Stint]]:
    return pairwise(stints)


def _plain(hours: float) -> str:
    return f"{hours:g}"


_RULES: tuple[Rule, ...] = (
    _time_of_day,
    _break_in_between,
    _hours_of_day,
    _hours_of_week,
    _hours_of_four_weeks,
    _days_of_week,
    _rest_of_day,
    _rest_of_week,
    _sunday,
    _sundays_off,
    _holiday_weeks,
)
