"""What this app keeps of a person: told, ended and erased."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.encryption import digest
from people.models import Organisation, OrganisationLogo, RoleGrant
from people.rights import Section, Subject, Term, ends, erases, excuse, keeps, rows_of, tells, value_of
from vacancies import models
from vacancies.enums import ApplicationState, ConsentState
from vacancies.models import (
    Application,
    ApplicationNote,
    HourEntry,
    ParentalConsent,
    Placement,
    PlacementSpot,
    SavedVacancy,
    SchoolContact,
    ShiftSeat,
    Student,
    SwapOffer,
    TaskSeat,
    Vacancy,
    WebhookDelivery,
)
from vacancies.services import (
    end_all_of,
    forget_contact,
    forget_unanswered,
    release_user,
    release_volunteer,
    stop_all_of,
    unanswered,
)

excuse("Counts per day and per vacancy; says nothing about a person.", models.VacancyExposure)
excuse("A job of an organisation on one day; says nothing about who comes.", models.Action, models.ActionTask)
excuse(
    "A school, its classes and holidays; says nothing about who is in them.",
    models.School,
    models.SchoolClass,
)
excuse("Periods without lessons.", models.SchoolHoliday)
excuse("A date of a vacancy with a number of places; says nothing about a person.", models.Shift)
excuse("Words of a vacancy, which is public.", models.VacancyIndexed)
excuse("Addresses of systems, and ids that were told to them.", models.Webhook, models.WebhookDelivery)
excuse("The picture of an organisation, not of a person.", OrganisationLogo)


@tells(Application, ApplicationNote, SavedVacancy)
def tell_answers(subject: Subject) -> Iterable[Section]:
    """One's answers to vacancies, every word about them, and the vacancies one kept in mind."""
    if subject.user is None:
        return
    columns = {
        "vacancy": _("Vacancy"),
        "organisation": _("Organisation"),
        "state": _("State"),
        "message": _("Your words"),
        "phone": _("Phone number"),
        "sent_at": _("Sent on"),
        "started_at": _("Started on"),
        "ended_at": _("Ended on"),
        "decline_reason": _("Why not"),
        "decline_note": _("What they wrote to you"),
    }
    found = Application.objects.filter(user=subject.user).select_related("vacancy", "organisation")
    rows = [
        {name: value_of(row, name) for name in columns}
        | {"vacancy": row.vacancy.title, "organisation": row.organisation.name}
        for row in found.order_by("sent_at")
    ]
    yield Section("applications", _("Your answers to vacancies"), columns, rows)
    columns = {"at": _("On"), "side": _("By whom"), "text": _("What was written")}
    notes = ApplicationNote.objects.filter(Q(application__in=found) | Q(author=subject.user))
    yield Section(
        "application_notes", _("What was written about your answers"), columns, rows_of(notes, columns)
    )
    columns = {"vacancy": _("Vacancy"), "at": _("On")}
    saved = SavedVacancy.objects.filter(user=subject.user).select_related("vacancy")
    rows = [{"vacancy": row.vacancy.title, "at": row.at} for row in saved]
    yield Section("saved_vacancies", _("Vacancies that you saved"), columns, rows)


@tells(Organisation, Vacancy)
def tell_contact(subject: Subject) -> Iterable[Section]:
    """Where someone is named as the contact person, or asked for an organisation to take part."""
    digests = [digest(email) for email in subject.emails]
    columns = {"name": _("Organisation"), "created_at": _("Made on")}
    asked = Organisation.objects.filter(contact_digest__in=digests)
    yield Section(
        "organisation_requests", _("Organisations that you signed up"), columns, rows_of(asked, columns)
    )
    columns = {
        "title": _("Vacancy"),
        "contact_name": _("Name"),
        "contact_email": _("E-mail address"),
        "contact_phone": _("Phone number"),
    }
    named = Vacancy.objects.filter(contact_digest__in=digests)
    yield Section(
        "vacancy_contacts", _("Vacancies with you as the contact person"), columns, rows_of(named, columns)
    )


@ends
def end_answers(subject: Subject) -> None:
    """Nobody waits for who is erased."""
    if subject.user is not None:
        end_all_of(subject.user)


@erases(Application, ApplicationNote, SavedVacancy, Organisation, Vacancy)
def erase_answers(subject: Subject) -> dict[str, int]:
    """That a vacancy was answered stays for the figures; who it was and every word goes."""
    digests = [digest(email) for email in subject.emails]
    for email in subject.emails:
        Organisation.objects.filter(email__iexact=email).update(email="")
    counts = {
        "people_organisation": Organisation.objects.filter(contact_digest__in=digests).update(
            contact=None, contact_digest=""
        ),
        "vacancies_vacancy": forget_contact(digests),
    }
    if subject.user is not None:
        own = Application.objects.filter(user=subject.user)
        notes = ApplicationNote.objects.filter(Q(application__in=own) | Q(author=subject.user))
        counts["vacancies_applicationnote"] = notes.delete()[0]
        counts["vacancies_application"] = own.update(user=None, message="", phone="", decline_note="")
        counts["vacancies_savedvacancy"] = SavedVacancy.objects.filter(user=subject.user).delete()[0]
    return counts


@tells(ShiftSeat, SwapOffer)
def tell_shifts(subject: Subject) -> Iterable[Section]:
    """The shifts one signed up for, and when one asked another to come instead."""
    if subject.volunteer is None:
        return
    columns = {
        "vacancy": _("Vacancy"),
        "starts_at": _("Begins"),
        "ends_at": _("Ends"),
        "state": _("State"),
        "asked_at": _("Signed up on"),
        "checked_in_at": _("Checked in on"),
        "cancelled_by": _("Who cancelled"),
    }
    found = ShiftSeat.objects.filter(holder=subject.volunteer).select_related("event__vacancy")
    rows = [
        {name: value_of(row, name) for name in columns if name not in ("vacancy", "starts_at", "ends_at")}
        | _shift(row)
        for row in found.order_by("event__starts_at")
    ]
    yield Section("shifts", _("Your shifts"), columns, rows)
    columns = {
        "vacancy": _("Vacancy"),
        "starts_at": _("Begins"),
        "asked_at": _("Asked on"),
        "state": _("State"),
    }
    either = Q(seat__holder=subject.volunteer) | Q(taken_by=subject.volunteer)
    swaps = SwapOffer.objects.filter(either).select_related("seat__event__vacancy").order_by("asked_at")
    rows = [
        {"asked_at": row.asked_at, "state": value_of(row, "state")}
        | {name: value for name, value in _shift(row.seat).items() if name in columns}
        for row in swaps
    ]
    yield Section("swaps", _("Shifts that others were asked to take over"), columns, rows)


@ends
def end_shifts(subject: Subject) -> None:
    """Nobody is expected any more; who waits gets the place."""
    if subject.volunteer is not None:
        release_volunteer(subject.volunteer.pk)


@erases(ShiftSeat, SwapOffer)
def erase_shifts(subject: Subject) -> dict[str, int]:
    """How many came to a shift stays in its counter; who they were goes."""
    if subject.volunteer is None:
        return {}
    SwapOffer.objects.filter(taken_by=subject.volunteer).update(taken_by=None)
    return ShiftSeat.objects.filter(holder=subject.volunteer).delete()[1]


def _shift(seat: ShiftSeat) -> dict[str, object]:
    shift = seat.event
    return {"vacancy": shift.vacancy.title, "starts_at": shift.starts_at, "ends_at": shift.ends_at}


@tells(TaskSeat)
def tell_tasks(subject: Subject) -> Iterable[Section]:
    """The one-day actions that one signed up for."""
    if subject.user is None:
        return
    columns = {
        "action": _("Action"),
        "starts_at": _("Begins"),
        "size": _("Number of people"),
        "group_name": _("Group"),
        "state": _("State"),
        "came": _("How many came"),
    }
    found = TaskSeat.objects.filter(holder=subject.user).select_related("event__action")
    rows = [
        {name: value_of(row, name) for name in ("size", "group_name", "state", "came")}
        | {"action": row.event.action.title, "starts_at": row.event.starts_at}
        for row in found.order_by("event__starts_at")
    ]
    yield Section("actions", _("One-day actions"), columns, rows)


@tells(Student, ParentalConsent, Placement, HourEntry, SchoolContact)
def tell_placements(subject: Subject) -> Iterable[Section]:
    """The student placement: month of birth, the word of a parent, places and hours; schools one follows."""
    if subject.user is None:
        return
    columns = {"school": _("School"), "joined_at": _("Since"), "ended_at": _("Ended on")}
    follows = SchoolContact.objects.filter(user=subject.user).select_related("school")
    yield Section("schools", _("Schools that you follow"), columns, rows_of(follows, columns))
    student = Student.objects.filter(user=subject.user).select_related("school_class").first()
    if student is None:
        return
    columns = {"school_class": _("Class"), "born": _("Month of birth"), "joined_at": _("Since")}
    yield Section("student", _("Student placement"), columns, rows_of([student], columns))
    columns = {
        "state": _("State"),
        "parent_name": _("Parent"),
        "asked_at": _("Asked on"),
        "answered_at": _("Answered on"),
        "withdrawn_at": _("Taken back on"),
        "withdrawn_by_student": _("Taken back by yourself"),
        "version": _("Version of the text"),
    }
    asked = ParentalConsent.objects.filter(student=student)
    yield Section("parental_consents", _("The word of your parent"), columns, rows_of(asked, columns))
    columns = {"vacancy": _("Vacancy"), "state": _("State"), "motivation": _("Your words")}
    placed = Placement.objects.filter(student=student).select_related("spot__vacancy")
    rows = [
        {"vacancy": row.spot.vacancy.title, "state": value_of(row, "state"), "motivation": row.motivation}
        for row in placed
    ]
    yield Section("placements", _("Places of your placement"), columns, rows)
    columns = {"day": _("Day"), "begins": _("From"), "ends": _("Until"), "state": _("State")}
    hours = HourEntry.objects.filter(placement__student=student)
    yield Section("placement_hours", _("Hours of your placement"), columns, rows_of(hours, columns))


@ends
def end_actions_and_placements(subject: Subject) -> None:
    """Nobody is expected any more."""
    if subject.user is not None:
        release_user(subject.user)
        for student in Student.objects.filter(user=subject.user):
            stop_all_of(student)


@erases(TaskSeat, Student, ParentalConsent, Placement, HourEntry, SchoolContact)
def erase_actions_and_placements(subject: Subject) -> dict[str, int]:
    """How many came to an action stays in its report; who it was, and everything of a student, goes."""
    counts: dict[str, int] = {}
    if subject.user is not None:
        for found in (
            TaskSeat.objects.filter(holder=subject.user),
            SchoolContact.objects.filter(user=subject.user),
            Student.objects.filter(user=subject.user),
        ):
            counts |= found.delete()[1]
    return counts


@tells(PlacementSpot)
def tell_signing(subject: Subject) -> Iterable[Section]:
    """Where someone signs the hours of students."""
    columns = {"vacancy": _("Vacancy"), "name": _("Name"), "email": _("E-mail address")}
    rows = [
        {"vacancy": spot.vacancy.title, "name": spot.supervisor_name, "email": spot.supervisor_email}
        for spot in _spots_of(subject)
    ]
    yield Section("signing", _("Vacancies where you sign the hours of students"), columns, rows)


@erases(PlacementSpot)
def erase_adults_of_students(subject: Subject) -> dict[str, int]:
    """Who signs hours, and a parent who was asked. What was signed stays signed, without a name.

    A place where nobody signs takes no students until the organisation names someone else.
    """
    spots = _spots_of(subject)
    for spot in spots:
        HourEntry.objects.filter(placement__spot=spot, signed_by=spot.supervisor_name).update(signed_by="")
    if subject.user is not None and subject.user.name:
        theirs = RoleGrant.objects.filter(user=subject.user, organisation__isnull=False)
        signed = HourEntry.objects.filter(
            placement__spot__vacancy__organisation__in=theirs.values("organisation")
        )
        signed.filter(signed_by=subject.user.name[:80]).update(signed_by="")
    asked = ParentalConsent.objects.filter(state=ConsentState.ASKED).exclude(parent_email="")
    parents = [row.pk for row in asked if row.parent_email.lower() in subject.emails]
    ParentalConsent.objects.filter(pk__in=parents).update(parent_email="")
    blank = {"supervisor_name": "", "supervisor_email": "", "open": False}
    chosen = PlacementSpot.objects.filter(pk__in=[spot.pk for spot in spots])
    return {"vacancies_placementspot": chosen.update(**blank)}


def _spots_of(subject: Subject) -> list[PlacementSpot]:
    """Looked for one by one: the address is encrypted, and there are few."""
    spots = PlacementSpot.objects.select_related("vacancy")
    return [spot for spot in spots if spot.supervisor_email.lower() in subject.emails]


def _old_students(moment: datetime) -> QuerySet[Student]:
    return Student.objects.filter(school_class__ends_on__lt=timezone.localdate(moment)).order_by("pk")


def _forget_students(moment: datetime, most: int) -> int:
    """The hours and the word of a parent go with the student; the account stays. Their places are free."""
    chosen = list(_old_students(moment).select_related("user")[:most])
    for student in chosen:
        stop_all_of(student)
    Student.objects.filter(pk__in=[student.pk for student in chosen]).delete()
    return len(chosen)


keeps(
    Term(
        purpose="students",
        title=_("Student placements, after the term of the class"),
        setting="STUDENT_KEPT_DAYS",
        due=lambda moment: _old_students(moment).count(),
        delete=_forget_students,
    )
)


def _over(moment: datetime) -> QuerySet[Application]:
    """Answers of which nothing came."""
    over = Application.objects.filter(state__in=[ApplicationState.DECLINED, ApplicationState.WITHDRAWN])
    return over.filter(ended_at__lt=moment, user__isnull=False).order_by("ended_at")


def _forget_answers(moment: datetime, most: int) -> int:
    """That a vacancy was answered stays for the figures, as at an erasure."""
    chosen = list(_over(moment).values_list("pk", flat=True)[:most])
    ApplicationNote.objects.filter(application__in=chosen).delete()
    return Application.objects.filter(pk__in=chosen).update(user=None, message="", phone="", decline_note="")


keeps(
    Term(
        purpose="answers",
        title=_("Answers to vacancies of which nothing came"),
        setting="ANSWER_OVER_KEPT_DAYS",
        due=lambda moment: _over(moment).count(),
        delete=_forget_answers,
    )
)


def _told(moment: datetime) -> QuerySet[WebhookDelivery]:
    return WebhookDelivery.objects.filter(created_at__lt=moment).order_by("created_at")


def _forget_told(moment: datetime, most: int) -> int:
    """Whatever waits for so long waits for an address that was switched off."""
    chosen = list(_told(moment).values_list("pk", flat=True)[:most])
    WebhookDelivery.objects.filter(pk__in=chosen).delete()
    return len(chosen)


keeps(
    Term(
        purpose="parents",
        title=_("Addresses of parents who did not answer, after a month"),
        setting="",
        due=lambda moment: unanswered(moment).count(),
        delete=forget_unanswered,
    )
)

keeps(
    Term(
        purpose="webhook_deliveries",
        title=_("What was told to other systems"),
        setting="WEBHOOK_DELIVERY_KEPT_DAYS",
        due=lambda moment: _told(moment).count(),
        delete=_forget_told,
    )
)
