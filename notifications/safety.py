"""Who is told of screenings, concerns and looks from elsewhere: here it matters most who is not told.

Of a screening the volunteer hears, and the coordinators of the centre; of someone who copies the list near by
the coordinators. Of a concern nobody gets a message in
a list: the officers' pages hear that something changed, and a mail says that there is something to read.
"""

from uuid import UUID

from django.urls import reverse

from common import clock
from events.models import EventRecord
from events.registry import on
from matching.events import ReadingUnusual
from notifications.enums import NoticeKind
from notifications.live import groups
from notifications.live.signals import Signal, send_signals
from notifications.mail_notices import mail_duty, mail_user
from notifications.services import notify
from people.enums import COORDINATING, Role
from people.events import RecordShared
from people.models import Representative, Resident, Volunteer
from people.queries import staff_of
from safeguarding import events
from safeguarding.enums import ReportReason
from safeguarding.models import Report

LAPSES: dict[type[events.ScreeningLapse], tuple[NoticeKind, NoticeKind]] = {
    events.ScreeningExpiring: (NoticeKind.SCREENING_EXPIRING, NoticeKind.STEP_EXPIRING),
    events.ScreeningExpired: (NoticeKind.SCREENING_EXPIRED, NoticeKind.STEP_EXPIRED),
}


def _volunteer(volunteer_id: UUID) -> Volunteer | None:
    return Volunteer.objects.select_related("user").filter(pk=volunteer_id).first()


def _staff(centre_id: UUID, *roles: Role) -> list[UUID]:
    return list(staff_of(centre_id, *roles).values_list("pk", flat=True))


@on(events.ScreeningExpiring, name="notifications.screening_expiring")
@on(events.ScreeningExpired, name="notifications.screening_expired")
def tell_of_lapse(event: events.ScreeningLapse, record: EventRecord) -> None:
    """The volunteer and the coordinators: time to renew, or the time is over."""
    volunteer = _volunteer(event.volunteer_id)
    if volunteer is None:
        return
    to_volunteer, to_desk = LAPSES[type(event)]
    notify([volunteer.user_id], to_volunteer, volunteer.pk, record, for_volunteer=True)
    notify(_staff(event.centre_id, Role.COORDINATOR), to_desk, volunteer.pk, record)
    mail_user(volunteer.user, to_volunteer.value, reverse("my-screening"))


@on(events.ScreeningAsked, name="notifications.mail_screening_asked")
def mail_asked(event: events.ScreeningAsked, record: EventRecord) -> None:
    """The volunteer may not be looking at their messages."""
    volunteer = _volunteer(event.volunteer_id)
    if volunteer is not None:
        mail_user(volunteer.user, "screening_asked", reverse("my-screening"))


@on(events.ScreeningChanged, name="notifications.signal_screening")
def signal_screening(event: events.ScreeningChanged, record: EventRecord) -> None:
    """The volunteer's page and the desk's list."""
    volunteer = _volunteer(event.volunteer_id)
    own = [Signal(groups.person(volunteer.user_id), "screening")] if volunteer else []
    send_signals([*own, Signal(groups.desk(event.centre_id), "screening", event.volunteer_id)])


@on(events.DecisionProposed, name="notifications.ask_decision")
def ask_decision(event: events.DecisionProposed, record: EventRecord) -> None:
    """Whoever holds the other role is asked; the volunteer is not told of a proposal."""
    other = (Role.CONFIDENTIAL_OFFICER,) if event.proposed_as in COORDINATING else (Role.COORDINATOR,)
    asked = [user for user in _staff(event.centre_id, *other) if user != record.actor_id]
    notify(asked, NoticeKind.DECISION_ASKED, event.volunteer_id, record)
    send_signals([Signal(groups.desk(event.centre_id), "screening", event.volunteer_id)])


@on(events.DecisionWithdrawn, name="notifications.signal_withdrawn")
def signal_withdrawn(event: events.DecisionWithdrawn, record: EventRecord) -> None:
    """The desk's list; for the volunteer nothing has happened."""
    send_signals([Signal(groups.desk(event.centre_id), "screening", event.volunteer_id)])


@on(events.DecisionConfirmed, name="notifications.tell_decided")
def tell_decided(event: events.DecisionConfirmed, record: EventRecord) -> None:
    """The volunteer is told that something was decided; their page says what and why."""
    volunteer = _volunteer(event.volunteer_id)
    if volunteer is not None:
        notify([volunteer.user_id], NoticeKind.SCREENING_DECIDED, volunteer.pk, record, for_volunteer=True)
        mail_user(volunteer.user, "screening_decided", reverse("my-screening"))


@on(ReadingUnusual, name="notifications.tell_of_reading")
def tell_of_reading(event: ReadingUnusual, record: EventRecord) -> None:
    """The coordinators: someone seems to copy the list of those who ask for help."""
    notify(_staff(event.centre_id, *COORDINATING), NoticeKind.READING_UNUSUAL, event.volunteer_id, record)


@on(events.ConcernReported, name="notifications.signal_concern_reported")
@on(events.ConcernChanged, name="notifications.signal_concern_changed")
def signal_concern(event: events.ConcernEvent, record: EventRecord) -> None:
    """The officers' list looks again."""
    send_signals([Signal(groups.officers(event.centre_id), "concern")])


@on(events.ConcernReported, name="notifications.mail_officer")
def mail_officers(event: events.ConcernReported, record: EventRecord) -> None:
    """Every officer of the centre; without one its administrators, who can appoint one."""
    officers = list(staff_of(event.centre_id, Role.CONFIDENTIAL_OFFICER))
    for user in officers or staff_of(event.centre_id, Role.ADMINISTRATOR):
        mail_duty(user, "officer" if officers else "no_officer", reverse("concerns") if officers else "/")


@on(events.ConcernEntrusted, name="notifications.mail_entrusted")
def mail_entrusted(event: events.ConcernEntrusted, record: EventRecord) -> None:
    """The coordinator who may read along from now on."""
    named = staff_of(event.centre_id, *COORDINATING).filter(pk__in=[event.coordinator_id]).first()
    if named is not None:
        send_signals([Signal(groups.person(named.pk), "concern")])
        mail_duty(named, "officer", reverse("concern", args=[event.concern_id]))


@on(RecordShared, name="notifications.tell_of_share")
def tell_of_share(event: RecordShared, record: EventRecord) -> None:
    """The resident, who acts for them, and the coordinators of their own centre."""
    resident = Resident.objects.filter(pk=event.resident_id).first()
    if resident is None:
        return
    acting = Representative.objects.filter(resident=resident, ended_at=None)
    side = [resident.user_id, *acting.values_list("user_id", flat=True)]
    notify([user for user in side if user], NoticeKind.RECORD_SHARED, resident.pk, record)
    notify(_staff(event.centre_id, Role.COORDINATOR), NoticeKind.RESIDENT_SHARED, resident.pk, record)


@on(events.ReportFiled, name="notifications.tell_of_report")
def tell_of_report(event: events.ReportFiled, record: EventRecord) -> None:
    """The coordinators who may look at it: not who told it, nor whom it is about."""
    found = Report.objects.select_related("volunteer", "resident").filter(pk=event.report_id).first()
    coordinators = staff_of(event.centre_id, *COORDINATING)
    asked = [user.pk for user in coordinators if user.has_perm("safeguarding.handle_report", found)]
    unsafe = found is not None and found.reason == ReportReason.UNSAFE
    at_once = clock.now() if unsafe else None
    notify(asked, NoticeKind.REPORT_FILED, event.report_id, record, matters_at=at_once)


@on(events.ReportSettled, name="notifications.tell_of_outcome")
def tell_of_outcome(event: events.ReportSettled, record: EventRecord) -> None:
    """Who reported it."""
    reporter = Report.objects.filter(pk=event.report_id).values_list("reporter_id", flat=True).first()
    if reporter is not None:
        notify([reporter], NoticeKind.REPORT_SETTLED, event.report_id, record)


@on(events.ReportFiled, name="notifications.signal_report_filed")
@on(events.ReportTaken, name="notifications.signal_report_taken")
@on(events.ReportSettled, name="notifications.signal_report_settled")
def signal_report(event: events.ReportEvent, record: EventRecord) -> None:
    """The desks look at their queue again."""
    send_signals([Signal(groups.desk(event.centre_id), "report", event.report_id)])
