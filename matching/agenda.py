"""What matching puts in a volunteer's agenda: agreements with a day and a time (people.agenda)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from common.seating import Span, claims_time
from common.words import moment_words
from matching.enums import ASSIGNMENT_BEGUN, ASSIGNMENT_RUNNING
from matching.models import Assignment
from matching.queries import assignments_of_volunteer
from people.agenda import Appointment, agenda_source, still_to_come
from people.models import User
from safeguarding import queries as safeguarding

LONGEST = timedelta(hours=24)
TO_COME = ASSIGNMENT_RUNNING - ASSIGNMENT_BEGUN


def is_to_come(assignment: Assignment) -> bool:
    """Whether it has a day and a time, and was not called off."""
    return assignment.starts_at is not None and assignment.state in TO_COME


def appointment_of(assignment: Assignment) -> Appointment:
    """Return the line in the agenda of an agreement with a day and a time. Raises ``ValueError`` without."""
    if assignment.starts_at is None:
        raise ValueError("an agreement without a moment is no appointment")
    wanted = assignment.request
    return Appointment(
        uid=str(assignment.pk),
        starts_at=assignment.starts_at,
        ends_at=assignment.starts_at + timedelta(minutes=wanted.duration_minutes),
        what=_("Helping: %(what)s") % {"what": wanted.get_category_display()},
        where=wanted.district.name if wanted.district else "",
        path=reverse("agreement", args=[assignment.pk]),
    )


@agenda_source
def agreements_of(user: User, since: datetime) -> Iterable[Appointment]:
    """The agreements of a volunteer whose screening holds for them; the day itself decides."""
    found = list(assignments_of_volunteer(user).filter(state__in=TO_COME, starts_at__gte=since))
    if not found:
        return []
    held = safeguarding.held_requirements({assignment.volunteer_id for assignment in found})
    centres = {assignment.request.centre_id for assignment in found}
    asked = {centre: safeguarding.requirements_by_category(centre) for centre in centres}
    return [
        appointment_of(each)
        for each in found
        if not asked[each.request.centre_id][each.request.category] & ~held.get(each.volunteer_id, 0)
    ]


def others_of(user: User) -> list[Appointment]:
    """What else a volunteer is expected at: shifts, actions and meetings that are still to come."""
    return still_to_come(user, besides=agreements_of)


def agreement_at(user_id: UUID, span: Span) -> str | None:
    """Return in words the agreement that keeps a volunteer busy in a span of time, or ``None``."""
    mine = _near(span).filter(volunteer__user_id=user_id)
    for each in mine.select_related("request").order_by("starts_at"):
        begins: datetime = each.starts_at or span.ends_at
        if begins + timedelta(minutes=each.request.duration_minutes) > span.starts_at:
            return f"{each.request.get_category_display()}, {moment_words(begins)}"
    return None


def helping_in(span: Span) -> list[UUID]:
    """Return the accounts of everybody whom an agreement keeps busy in a span of time."""
    rows = _near(span).order_by().values_list("volunteer__user_id", "starts_at", "request__duration_minutes")
    return [
        user_id
        for user_id, begins, minutes in rows
        if begins is not None and begins + timedelta(minutes=minutes) > span.starts_at
    ]


def _near(span: Span) -> QuerySet[Assignment]:
    """The agreements that may last into a span of time."""
    near = Assignment.objects.filter(
        state__in=TO_COME, starts_at__lt=span.ends_at, starts_at__gt=span.starts_at - LONGEST
    )
    return near if span.besides is None else near.exclude(pk=span.besides)


# Whoever signs up for a shift or a session is not expected elsewhere then (common.seating).
claims_time("matching.agreements", agreement_at, helping_in)
