"""What the academy puts in someone's agenda: meetings where they have a place or give the training."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from academy.models import Enrolment, Session
from common.seating import SeatState
from people.agenda import Appointment, agenda_source
from people.models import User


def appointment_of(session: Session, *, gives: bool = False) -> Appointment:
    """Return the line in the agenda of a meeting; the address of a video call stays on our page."""
    page = "trainer-session" if gives else "meeting"
    return Appointment(
        uid=str(session.pk),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        what=session.course.title,
        where=where(session),
        path=reverse(page, args=[session.pk]),
    )


def where(session: Session) -> str:
    """The place in words."""
    if session.place is None:
        return _("Video call")
    return ", ".join(part for part in (session.place.name, session.room, session.place.address) if part)


@agenda_source
def meetings_of(user: User, since: datetime) -> Iterable[Appointment]:
    """The meetings of a person that go on, as a learner and as a trainer."""
    held = Enrolment.objects.filter(holder=user, state__in=[SeatState.CONFIRMED, SeatState.ATTENDED])
    mine = Q(pk__in=held.values("event_id")) | Q(trainer=user)
    found = Session.objects.filter(mine, cancelled_at=None, starts_at__gte=since)
    return [
        appointment_of(each, gives=each.trainer_id == user.pk)
        for each in found.select_related("course", "place")
    ]
