"""Someone's appointments, from every app that makes them, for their own calendar (RFC 5545).

Calendars are shared with families and clouds: what stands in one is the kind of thing, the moment, the
neighbourhood and a link to our page. Never the name or the address of another person.

An app registers what it knows with ``agenda_source``, in a module that its ``apps.py`` imports.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from common import clock
from people.models import User

REMINDER = timedelta(hours=-2)
# How often a calendar may ask again; and how far back it is told.
FRESH = timedelta(hours=1)
BACK = timedelta(days=31)
# Nothing in an agenda lasts longer.
LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Appointment:
    """One line of an agenda. ``uid`` stays the same when it moves; ``path`` is of our page about it."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    what: str
    where: str
    path: str


Source = Callable[[User, datetime], Iterable[Appointment]]
_sources: list[Source] = []


def agenda_source(source: Source) -> Source:
    """Register what gives a person's appointments from a moment on. To be used as a decorator."""
    _sources.append(source)
    return source


def appointments_of(user: User) -> list[Appointment]:
    """Everything in someone's agenda from a month ago on, the first first."""
    since = clock.now() - BACK
    return sorted(
        (each for source in _sources for each in source(user, since)),
        key=lambda each: (each.starts_at, each.uid),
    )


def still_to_come(user: User, *, besides: Source) -> list[Appointment]:
    """What is still to come, the first first: of every source but the one that the caller shows itself."""
    now = clock.now()
    found = (each for source in _sources if source is not besides for each in source(user, now - LONGEST))
    return sorted((each for each in found if each.ends_at > now), key=lambda each: (each.starts_at, each.uid))


def as_calendar(appointments: Iterable[Appointment], *, origin: str, name: str = "") -> bytes:
    """Return the appointments as a calendar file; ``origin`` is put before their paths."""
    calendar = Calendar()
    calendar.add("prodid", "-//Samenkracht//NL")
    calendar.add("version", "2.0")
    if name:
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", FRESH, parameters={"value": "DURATION"})
    for each in appointments:
        calendar.add_component(_event(each, origin))
    return bytes(calendar.to_ical())


def _event(appointment: Appointment, origin: str) -> Event:
    event = Event()
    event.add("uid", f"{appointment.uid}@samenkracht")
    event.add("dtstamp", clock.now())
    event.add("dtstart", appointment.starts_at)
    event.add("dtend", appointment.ends_at)
    event.add("summary", appointment.what)
    event.add("url", f"{origin}{appointment.path}")
    if appointment.where:
        event.add("location", appointment.where)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", appointment.what)
    alarm.add("trigger", REMINDER)
    event.add_component(alarm)
    return event
