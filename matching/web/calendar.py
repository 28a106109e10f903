"""An agreement as a file for one's own calendar (RFC 5545)."""

from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from common import clock
from common.errors import NotFound
from matching.enums import ASSIGNMENT_BEGUN, ASSIGNMENT_RUNNING
from matching.models import Assignment
from matching.queries import is_screened

REMINDER = timedelta(hours=-2)


def calendar_file(assignment: Assignment, request: HttpRequest) -> bytes:
    """Return the appointment with kind of help, neighbourhood and a link.

    Calendars are shared with families and clouds: name and address stay on our page.

    Raises:
        NotFound: no day and time are set, it was called off, or the volunteer's screening does not hold.
    """
    if assignment.starts_at is None or assignment.state not in ASSIGNMENT_RUNNING - ASSIGNMENT_BEGUN:
        raise NotFound
    if not is_screened(assignment):
        raise NotFound
    wanted = assignment.request
    event = Event()
    event.add("uid", f"{assignment.pk}@samenkracht")
    event.add("dtstamp", clock.now())
    event.add("dtstart", assignment.starts_at)
    event.add("dtend", assignment.starts_at + timedelta(minutes=wanted.duration_minutes))
    event.add("summary", _("Helping: %(what)s") % {"what": wanted.get_category_display()})
    event.add("url", request.build_absolute_uri(reverse("agreement", args=[assignment.pk])))
    if wanted.district:
        event.add("location", wanted.district.name)
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", wanted.get_category_display())
    alarm.add("trigger", REMINDER)
    event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//Samenkracht//NL")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
