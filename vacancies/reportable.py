"""What can be reported of vacancies: what organisations tell everybody, and what two sides write."""

from typing import Any
from uuid import UUID

from django.urls import reverse

from people.enums import OrganisationState
from people.models import Organisation
from people.queries import may_act
from safeguarding.enums import ReportKind
from safeguarding.reportable import Reportable, about_person, reportable
from vacancies.enums import NoteSide
from vacancies.models import ApplicationNote, Placement, ShiftSeat, Vacancy
from vacancies.queries.actions import actions_visible_to, task_seats_visible_to
from vacancies.queries.desk import applications_visible_to, vacancies_at_desk
from vacancies.queries.placements import placements_kept_by


@reportable(ReportKind.VACANCY)
def vacancy_one_reads(user: Any, object_id: UUID) -> Reportable | None:
    """A public one; one that was answered by, or is looked after by, who reports."""
    rows = Vacancy.objects.select_related("centre", "organisation")
    found = rows.filter(pk=object_id).first()
    if found is None or not (found.is_public or _knows(user, found)):
        return None
    path = reverse("desk-vacancy", args=[found.pk])
    return Reportable(found.centre, organisation=found.organisation, path=path, name=found.title)


def _knows(user: Any, vacancy: Vacancy) -> bool:
    answered = applications_visible_to(user).filter(vacancy=vacancy).exists()
    return answered or vacancies_at_desk(user).filter(pk=vacancy.pk).exists()


@reportable(ReportKind.ORGANISATION)
def organisation_one_reads(user: Any, object_id: UUID) -> Reportable | None:
    """One that takes part: its page is public."""
    rows = Organisation.objects.select_related("centre")
    found = rows.filter(pk=object_id, state=OrganisationState.APPROVED).first()
    if found is None:
        return None
    path = reverse("review-organisation", args=[found.pk])
    return Reportable(found.centre, organisation=found, path=path, name=found.name)


@reportable(ReportKind.ACTION)
def action_one_reads(user: Any, object_id: UUID) -> Reportable | None:
    """A one-day action that everybody sees, or that one keeps."""
    found = actions_visible_to(user).filter(pk=object_id).first()
    if found is None:
        return None
    path = reverse("action-desk", args=[found.pk])
    return Reportable(found.centre, organisation=found.organisation, path=path, name=found.title)


@reportable(ReportKind.ANSWER)
def answer_of_either_side(user: Any, object_id: UUID) -> Reportable | None:
    """Who answered reports the organisation; who handles the answer reports who gave it."""
    found = applications_visible_to(user).filter(pk=object_id).select_related("centre").first()
    if found is None:
        return None
    path = reverse("applicant", args=[found.pk])
    if found.user_id == user.pk:
        return Reportable(found.centre, organisation=found.organisation, path=path)
    return about_person(found.user, found.centre, path)


@reportable(ReportKind.NOTE)
def words_of_the_other(user: Any, object_id: UUID) -> Reportable | None:
    """What the other side of an answer wrote and was meant to be read."""
    if not may_act(user):
        return None
    rows = ApplicationNote.objects.filter(pk=object_id, shared=True).exclude(author_id=user.pk)
    note = rows.select_related("author", "application__centre", "application__organisation").first()
    found = note.application if note is not None else None
    if note is None or found is None or not applications_visible_to(user).filter(pk=found.pk).exists():
        return None
    path = reverse("applicant", args=[found.pk])
    if note.author_id == found.user_id:
        return about_person(note.author, found.centre, path)
    organisation = found.organisation if note.side == NoteSide.ORGANISATION else None
    return Reportable(found.centre, person=note.author, organisation=organisation, path=path)


@reportable(ReportKind.PERSON)
def who_comes(user: Any, object_id: UUID) -> Reportable | None:
    """An organisation, and the centre: who has a place on a date, at an action or a placement of theirs."""
    own = vacancies_at_desk(user)
    shifts = ShiftSeat.objects.filter(holder__user_id=object_id, event__vacancy__in=own)
    placements = Placement.objects.filter(student__user_id=object_id, spot__vacancy__in=own)
    seat = shifts.select_related("holder__user", "event__vacancy__centre").first()
    if seat is not None:
        return about_person(
            seat.holder.user, seat.event.vacancy.centre, reverse("shift-roster", args=[seat.event_id])
        )
    placement = placements.select_related("student__user", "spot__vacancy__centre").first()
    if placement is not None:
        return about_person(placement.student.user, placement.spot.vacancy.centre, reverse("placements-desk"))
    task = task_seats_visible_to(user).filter(holder_id=object_id).exclude(holder_id=user.pk).first()
    if task is None:
        return None
    path = reverse("action-desk", args=[task.event.action_id])
    return about_person(task.holder, task.event.action.centre, path)


@reportable(ReportKind.PLACEMENT)
def words_of_a_student(user: Any, object_id: UUID) -> Reportable | None:
    """An organisation, and the centre: why a student wants to come, as they wrote it."""
    kept = placements_kept_by(user).exclude(student__user_id=user.pk).filter(pk=object_id)
    found = kept.select_related("student__user", "spot__vacancy__centre").first()
    if found is None or not found.motivation:
        return None
    return about_person(found.student.user, found.spot.vacancy.centre, reverse("placements-desk"))
