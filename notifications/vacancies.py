"""Who is told of vacancies and the answers to them: volunteers, organisations, the centre."""

from functools import partial
from uuid import UUID

from django.urls import reverse

from events.models import EventRecord
from events.registry import on
from matching.events import ShiftTipped, VacancyTipped
from matching.services import may_be_told
from notifications import telling
from notifications.enums import NoticeKind
from notifications.mail_notices import mail_user
from notifications.moments import first_place_at
from notifications.services import notify
from notifications.telling import Owner, Telling, date_page, desk_of, mailed, tell_each, tells
from people.enums import OrganisationState
from people.models import Organisation, User
from people.queries import members_of
from vacancies import events
from vacancies.enums import ApplicationState, NoteSide, VacancyState
from vacancies.models import Application, Vacancy
from vacancies.queries.expected import expected_at

# What who answered hears of it: the notice, and the mail beside it ("" for none).
TOLD_VOLUNTEER: dict[type[events.ApplicationEvent], tuple[NoticeKind, str]] = {
    events.ApplicationRead: (NoticeKind.ANSWER_READ, ""),
    events.ApplicationMoved: (NoticeKind.ANSWER_MOVED, "answer_news"),
    events.ApplicationStarted: (NoticeKind.ANSWER_STARTED, "answer_news"),
    events.ApplicationDeclined: (NoticeKind.ANSWER_DECLINED, "answer_news"),
}
# What the organisation hears.
TOLD_ORGANISATION: dict[type[events.ApplicationEvent], tuple[NoticeKind, str]] = {
    events.ApplicationSent: (NoticeKind.VACANCY_ANSWERED, "vacancy_answered"),
    events.ApplicationWithdrawn: (NoticeKind.ANSWER_WITHDRAWN, ""),
}


def tell_volunteer(event: events.ApplicationEvent, record: EventRecord) -> None:
    """The person who answered, by the table."""
    _tell_volunteer(event, *TOLD_VOLUNTEER[type(event)], record)


def tell_organisation(event: events.ApplicationEvent, record: EventRecord) -> None:
    """The contacts of the organisation, by the table."""
    _tell_organisation(event, *TOLD_ORGANISATION[type(event)], record)


for _event in TOLD_VOLUNTEER:
    on(_event, name=f"notifications.volunteer_{_event.type.replace('.', '_')}")(tell_volunteer)
for _event in TOLD_ORGANISATION:
    on(_event, name=f"notifications.organisation_{_event.type.replace('.', '_')}")(tell_organisation)


@on(events.ApplicationEnded, name="notifications.answer_ended")
def tell_ended(event: events.ApplicationEnded, record: EventRecord) -> None:
    """Whoever did not say so hears that a volunteer has stopped."""
    if record.actor_id == event.user_id:
        _tell_organisation(event, NoticeKind.ANSWER_WITHDRAWN, "", record)
    else:
        _tell_volunteer(event, NoticeKind.ANSWER_ENDED, "", record)


@on(events.ApplicationNoted, name="notifications.answer_noted")
def tell_noted(event: events.ApplicationNoted, record: EventRecord) -> None:
    """The other side hears that there is a word."""
    if event.side == NoteSide.VOLUNTEER:
        _tell_organisation(event, NoticeKind.WORD_OF_VOLUNTEER, "", record)
    else:
        _tell_volunteer(event, NoticeKind.WORD_OF_ORGANISATION, "answer_news", record)


@on(VacancyTipped, name="notifications.point_vacancy_out")
def point_vacancy_out(event: VacancyTipped, record: EventRecord) -> None:
    """The centre thinks that a vacancy may suit a volunteer: in their list, and by mail."""
    tip = may_be_told(event)
    if tip is not None:
        user, vacancy = tip.volunteer.user, tip.vacancy
        notify([user.pk], NoticeKind.VACANCY_TIP, vacancy.pk, record, for_volunteer=True)
        mail_user(user, "vacancy_tip", reverse("vacancy", args=[vacancy.pk]), title=vacancy.title)


@on(ShiftTipped, name="notifications.point_shift_out")
def point_shift_out(event: ShiftTipped, record: EventRecord) -> None:
    """The same of one date: the message and the mail say which."""
    tip = may_be_told(event)
    if tip is not None and tip.shift is not None:
        user, shift = tip.volunteer.user, tip.shift
        notify([user.pk], NoticeKind.SHIFT_TIP, shift.pk, record, for_volunteer=True)
        mail_user(
            user,
            "shift_tip",
            date_page(shift),
            title=tip.vacancy.title,
            starts_at=shift.starts_at,
            ends_at=shift.ends_at,
        )


@on(events.OrganisationReminded, name="notifications.remind_organisation")
def remind_organisation(event: events.OrganisationReminded, record: EventRecord) -> None:
    """Somebody waits for their answer: in the list, and by mail also for who wants none."""
    if _waits(event.application_id):
        _tell_organisation(event, NoticeKind.ANSWER_WAITS, "answer_waits", record, duty=True)


@on(events.CentreTold, name="notifications.tell_centre_of_silence")
def tell_centre(event: events.CentreTold, record: EventRecord) -> None:
    """The organisation stayed silent: the coordinators call."""
    if _waits(event.application_id):
        notify(desk_of(event.centre_id), NoticeKind.ORGANISATION_SILENT, event.application_id, record)


@on(events.VacancySubmitted, name="notifications.vacancy_waits")
def tell_of_review(event: events.VacancySubmitted, record: EventRecord) -> None:
    """The centre has a vacancy to look at."""
    notify(desk_of(event.centre_id), NoticeKind.VACANCY_WAITS, event.vacancy_id, record)


@on(events.VacancyPublished, name="notifications.vacancy_published")
def tell_of_publishing(event: events.VacancyPublished, record: EventRecord) -> None:
    """The organisation hears that everybody can find it now."""
    notify(_contacts(event.organisation_id), NoticeKind.VACANCY_PUBLISHED, event.vacancy_id, record)


@on(events.VacancySentBack, name="notifications.vacancy_sent_back")
def tell_of_question(event: events.VacancySentBack, record: EventRecord) -> None:
    """The centre asks the organisation to change something."""
    _tell_of_vacancy(event, NoticeKind.VACANCY_SENT_BACK, "vacancy_sent_back", record)


@on(events.VacancyExpirySoon, name="notifications.vacancy_expires")
def tell_of_expiry(event: events.VacancyExpirySoon, record: EventRecord) -> None:
    """A term ends in two weeks, unless it was renewed meanwhile."""
    running = Vacancy.objects.filter(pk=event.vacancy_id, renewals=event.renewal)
    if running.filter(state__in=[VacancyState.PUBLISHED, VacancyState.PAUSED]).exists():
        _tell_of_vacancy(event, NoticeKind.VACANCY_EXPIRES, "vacancy_expires", record)


@on(events.ContactLost, name="notifications.contact_lost")
def tell_of_lost_contact(event: events.ContactLost, record: EventRecord) -> None:
    """Whoever was to be asked is gone: the organisation names another, and the centre sees to it."""
    if Vacancy.objects.filter(pk=event.vacancy_id, contact_digest="").exists():
        notify(desk_of(event.centre_id), NoticeKind.CONTACT_LOST_THERE, event.vacancy_id, record)
        if members_of(event.organisation_id).exists():
            _tell_of_vacancy(event, NoticeKind.CONTACT_LOST, "contact_lost", record)


@on(events.OrganisationRequested, name="notifications.organisation_requested")
def tell_of_request(event: events.OrganisationRequested, record: EventRecord) -> None:
    """An organisation wants to take part: the centre decides."""
    notify(desk_of(event.centre_id), NoticeKind.ORGANISATION_REQUESTED, event.organisation_id, record)


@on(events.OrganisationStateChanged, name="notifications.organisation_decided")
def tell_of_decision(event: events.OrganisationStateChanged, record: EventRecord) -> None:
    """The centre decided something about the organisation."""
    notify(_contacts(event.organisation_id), NoticeKind.ORGANISATION_DECIDED, event.organisation_id, record)


# What who has a coming place at an organisation hears of it; the mail beside it has the same name.
TOLD_EXPECTED: dict[str, NoticeKind] = {
    OrganisationState.SUSPENDED: NoticeKind.ORGANISATION_PAUSED,
    OrganisationState.APPROVED: NoticeKind.ORGANISATION_RETURNED,
}


@on(events.OrganisationStateChanged, name="notifications.tell_expected")
def tell_expected(event: events.OrganisationStateChanged, record: EventRecord) -> None:
    """Everybody with a coming place hears once: it is off for now, or on again. Not when that has changed."""
    kind = TOLD_EXPECTED.get(event.state)
    if kind is not None and _is(event.organisation_id, event.state):
        told = dict.fromkeys(expected_at(event.organisation_id), event.organisation_id)
        off = kind == NoticeKind.ORGANISATION_PAUSED
        tell_each(kind, told, record, matters_at=first_place_at(event.organisation_id) if off else {})


def _is(organisation_id: UUID, state: str) -> bool:
    return Organisation.objects.filter(pk=organisation_id, state=state).exists()


def _place_at(user_id: UUID, organisation_id: UUID) -> str:
    return reverse(expected_at(organisation_id, user_id)[user_id])


def _still(state: str, user_id: UUID, organisation_id: UUID) -> bool:
    return _is(organisation_id, state) and user_id in expected_at(organisation_id, user_id)


for _state, _kind in TOLD_EXPECTED.items():
    tells(_kind, Telling(mail=_kind.value, path=_place_at, still=partial(_still, _state)))


def _tell_volunteer(event: events.ApplicationEvent, kind: NoticeKind, mail: str, record: EventRecord) -> None:
    user = User.objects.filter(pk=event.user_id).first() if event.user_id else None
    if user is None:
        return
    notify([user.pk], kind, event.application_id, record)
    if mail:
        mail_user(user, mail, reverse("my-application", args=[event.application_id]))


def _tell_organisation(
    event: events.ApplicationEvent, kind: NoticeKind, mail: str, record: EventRecord, *, duty: bool = False
) -> None:
    owner, path = _owner(event), reverse("applicant", args=[event.application_id])
    sends = mailed(mail, path, duty=duty) if mail else None
    telling.tell_organisation(owner, kind, event.application_id, record, page="applicant", mail=sends)


def _tell_of_vacancy(event: events.VacancyEvent, kind: NoticeKind, mail: str, record: EventRecord) -> None:
    sends = mailed(mail, reverse("desk-vacancy", args=[event.vacancy_id]))
    telling.tell_organisation(_owner(event), kind, event.vacancy_id, record, page="desk-vacancy", mail=sends)


def _owner(event: events.ApplicationEvent | events.VacancyEvent) -> Owner:
    return Owner(event.organisation_id, event.centre_id)


def _contacts(organisation_id: UUID) -> list[UUID]:
    return list(members_of(organisation_id).values_list("pk", flat=True))


def _waits(application_id: UUID) -> bool:
    """Whether it still does: a handler may run long after the event."""
    states = [ApplicationState.SENT, ApplicationState.READ]
    return Application.objects.filter(pk=application_id, state__in=states, heard_at=None).exists()
